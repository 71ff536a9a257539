import { useEffect, useRef, useState } from 'preact/hooks';
import { type ApiError, send } from '../api/client.ts';
import { type HomestayPageQuery, PlaceOrder, QuoteStay } from '../api/generated.ts';
import { addDays, datesBetween, nightsBetween } from '../words/dates.ts';
import { day, longDay, type Money, money, zoneName } from '../words/format.ts';
import { t } from '../words/words.ts';
import { type Refusal, refusalWords } from './act.ts';
import type { Chosen } from './calendar.tsx';
import { Failure, Loading, Notice } from './notice.tsx';
import { asApiError, useQuery, useSession } from './query.ts';
import { go, keep, linkTo } from './route.ts';

type Homestay = NonNullable<HomestayPageQuery['homestay']>;

export type BookingFormProps = {
  homestay: Homestay;
  free: ReadonlySet<string>;
  chosen: Chosen;
  choose(chosen: Chosen): void;
  guests: number;
  needFood: boolean;
  /** Reads the free nights again. */
  again(): void;
};

type Refused = Refusal & { error?: ApiError; takenNights?: string[] };

/** The stay that is chosen, its price, and the button that orders it. */
export function BookingForm(props: BookingFormProps) {
  const { homestay, chosen, again } = props;
  const session = useSession();
  const [guests, setGuests] = useState(Math.min(props.guests, homestay.capacity));
  const [needFood, setNeedFood] = useState(props.needFood && homestay.foodPrice !== null);
  const draft = `homestay-remark ${homestay.id}`;
  const [remark, setRemark] = useState(sessionStorage.getItem(draft) ?? '');
  const [ordering, setOrdering] = useState(false);
  const [refused, setRefused] = useState<Refused | null>(null);
  // The same key for the same wish: pressing again after a lost answer places no second order.
  const key = useRef({ wish: '', key: '' });
  const complete = chosen.checkIn !== '' && chosen.checkOut !== '';
  const place = ['homestays', homestay.id];
  const search = {
    ...chosen,
    guests: guests > 1 ? String(guests) : undefined,
    meals: needFood ? 'yes' : undefined,
  };
  useEffect(() => keep(place, search), [JSON.stringify(search)]);

  const order = async (event: SubmitEvent) => {
    event.preventDefault();
    if (!complete) return;
    if (!session) {
      go(['sign-in'], { next: linkTo(place, search) });
      return;
    }
    const wish = { homestayId: homestay.id, ...chosen, guests, needFood, remark };
    if (key.current.wish !== JSON.stringify(wish))
      key.current = { wish: JSON.stringify(wish), key: crypto.randomUUID() };
    setOrdering(true);
    setRefused(null);
    try {
      const input = { ...wish, idempotencyKey: key.current.key };
      const { createHomestayOrder: answer } = await send(PlaceOrder, { input });
      if ('sn' in answer) {
        sessionStorage.removeItem(draft);
        return go(['order', answer.sn]);
      }
      setRefused(answer);
      again();
    } catch (error) {
      const failed = asApiError(error);
      setRefused({ error: failed, message: failed.message });
    }
    setOrdering(false);
  };

  return (
    <form class="booking" aria-labelledby="stay" onSubmit={order}>
      <h2 id="stay">{t('yourStay')}</h2>
      <dl class="dates">
        <div>
          <dt>{t('checkIn')}</dt>
          <dd>{chosen.checkIn ? longDay(chosen.checkIn) : '–'}</dd>
        </div>
        <div>
          <dt>{t('checkOut')}</dt>
          <dd>{chosen.checkOut ? longDay(chosen.checkOut) : '–'}</dd>
        </div>
      </dl>
      <label>
        {t('guests')}
        <input
          type="number"
          min="1"
          max={homestay.capacity}
          value={guests}
          required
          onInput={(event) => setGuests(Number(event.currentTarget.value))}
        />
      </label>
      {homestay.foodPrice && (
        <label class="check">
          <input
            type="checkbox"
            checked={needFood}
            onInput={(event) => setNeedFood(event.currentTarget.checked)}
          />
          {t('wantFood')}
        </label>
      )}
      <label>
        {t('remark')}
        <textarea
          rows={2}
          maxLength={200}
          value={remark}
          onInput={(event) => {
            setRemark(event.currentTarget.value);
            // What is written is not lost on the way to sign in.
            sessionStorage.setItem(draft, event.currentTarget.value);
          }}
        />
      </label>
      {complete ? (
        <Price homestay={homestay} chosen={chosen} guests={guests} needFood={needFood} />
      ) : (
        <p class="hint">{t('chooseDates')}</p>
      )}
      {refused && <WhyRefused refused={refused} {...props} />}
      <button type="submit" disabled={ordering || !complete}>
        {ordering ? t('ordering') : session ? t('order') : t('signInToOrder')}
      </button>
      <p class="hint">{t('orderHint')}</p>
    </form>
  );
}

type PriceProps = { homestay: Homestay; chosen: Chosen; guests: number; needFood: boolean };

/** What the API says that the stay costs and what would go back, or why it would be refused. */
function Price({ homestay, chosen, guests, needFood }: PriceProps) {
  const input = { ...chosen, guests, needFood };
  const { data, error, again } = useQuery(QuoteStay, { homestayId: homestay.id, input });
  const quote = data?.homestay?.quote;
  if (error) return <Failure error={error} again={again} />;
  if (!quote) return <Loading />;
  if (quote.__typename === 'OrderRefused')
    return (
      <>
        {[quote, ...quote.also].map((refusal) => (
          <Notice key={refusal.code}>{refusalWords(refusal)}</Notice>
        ))}
      </>
    );
  const count = quote.nightLines.length;
  const row = (name: string, amount: Money) => (
    <div>
      <dt>{name}</dt>
      <dd>{money(amount)}</dd>
    </div>
  );
  return (
    <>
      <dl class="bill" aria-live="polite">
        {row(t('nights', { count }), quote.homestayTotal)}
        {quote.foodTotal.amount > 0 && row(t('foodTotal'), quote.foodTotal)}
        <div class="total">
          <dt>{t('total')}</dt>
          <dd>{money(quote.total)}</dd>
        </div>
      </dl>
      <ul class="hint">
        {quote.refundTerms.map(({ until, percent }) => (
          <li key={until}>{t('refundUntil', { until: day(until), percent })}</li>
        ))}
        <li>{t('policyNone')}</li>
      </ul>
      <p class="hint">{t('placeTime', { zone: zoneName(homestay.timeZone) })}</p>
    </>
  );
}

/**
 * Why the order was refused. For taken nights it names them, and free stays of the same length
 * beside them.
 */
function WhyRefused({ refused, free, chosen, choose }: BookingFormProps & { refused: Refused }) {
  if (refused.error) return <Failure error={refused.error} />;
  if (refused.reason !== 'NIGHTS_TAKEN') return <Notice>{refusalWords(refused)}</Notice>;
  const taken = refused.takenNights ?? [];
  const beside = freeBeside(free, taken, chosen);
  return (
    <div class="notice" role="alert">
      <p>{t('nightsGone', { nights: taken.map(day).join(', ') })}</p>
      {beside.length > 0 && (
        <p>
          {t('freeBeside', { stays: '' })}
          {beside.map((stay) => (
            <button key={stay.checkIn} type="button" class="quiet" onClick={() => choose(stay)}>
              {`${day(stay.checkIn)} – ${day(stay.checkOut)}`}
            </button>
          ))}
        </p>
      )}
    </div>
  );
}

/** The nearest free stays of the same length, before and after the one that was wanted. */
function freeBeside(
  free: ReadonlySet<string>,
  taken: readonly string[],
  { checkIn, checkOut }: Chosen,
): Chosen[] {
  const nights = nightsBetween(checkIn, checkOut);
  const isFree = (from: string) =>
    datesBetween(from, addDays(from, nights)).every(
      (night) => free.has(night) && !taken.includes(night),
    );
  return [-1, 1].flatMap((direction) => {
    for (let distance = 1; distance <= 30; distance += 1) {
      const from = addDays(checkIn, direction * distance);
      if (isFree(from)) return [{ checkIn: from, checkOut: addDays(from, nights) }];
    }
    return [];
  });
}
