import { useMemo, useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import {
  BlockNights,
  type HomestayPageQuery,
  OpenNights,
  HomestayPage as Operation,
  SetNightPrices,
} from '../api/generated.ts';
import { Calendar, type Chosen } from '../parts/calendar.tsx';
import { Failure, Loading, Notice } from '../parts/notice.tsx';
import { asApiError, useQuery } from '../parts/query.ts';
import { addDays, today } from '../words/dates.ts';
import { day, minorUnits, money } from '../words/format.ts';
import { t, wordOf } from '../words/words.ts';

type Homestay = NonNullable<HomestayPageQuery['homestay']>;
/** The homestay as it is now, or a refusal. */
type Answer = { __typename: string; code?: string; message?: string };
const daysShown = 364;

/** A host's homestay: its calendar, in which nights are blocked, opened and priced. */
export function MyHomestay({ id }: { id: string }) {
  const from = today();
  const page = useQuery(Operation, { id, from, to: addDays(from, daysShown) });
  const homestay = page.data?.homestay;
  if (!homestay)
    return page.error ? <Failure error={page.error} again={page.again} /> : <Loading />;
  return <Nights homestay={homestay} again={page.again} />;
}

function Nights({ homestay, again }: { homestay: Homestay; again(): void }) {
  const free = useMemo(
    () => new Set(homestay.availability?.filter(({ free }) => free).map(({ night }) => night)),
    [homestay.availability],
  );
  const [chosen, choose] = useState<Chosen>({ checkIn: '', checkOut: '' });
  const [answer, setAnswer] = useState<{ refused?: string; done?: string }>({});
  const first = today(homestay.timeZone);
  const nights = { from: chosen.checkIn, to: chosen.checkOut };
  const complete = chosen.checkOut !== '';

  const change = async (act: () => Promise<Answer>) => {
    try {
      const { code, message } = await act();
      if (code) return setAnswer({ refused: wordOf('messages', code, message) });
      setAnswer({ done: t('nightsChanged', { from: day(nights.from), to: day(nights.to) }) });
      choose({ checkIn: '', checkOut: '' });
      again();
    } catch (error) {
      const { code, message } = asApiError(error);
      setAnswer({ refused: wordOf('messages', code, message) });
    }
  };
  const input = { homestayId: homestay.id, ...nights };
  return (
    <>
      <h1>{homestay.title}</h1>
      <div class="columns">
        <section aria-labelledby="nights">
          <h2 id="nights">{t('freeNights')}</h2>
          <p class="hint">{t('hostCalendarHint')}</p>
          <Calendar
            free={free}
            anyNight
            firstDay={first}
            lastDay={addDays(first, daysShown - 1)}
            chosen={chosen}
            choose={choose}
          />
        </section>
        <section class="booking" aria-labelledby="change">
          <h2 id="change">
            {complete ? `${day(nights.from)} – ${day(nights.to)}` : t('chooseNights')}
          </h2>
          {answer.refused && <Notice>{answer.refused}</Notice>}
          {answer.done && (
            <p class="notice good" role="status">
              {answer.done}
            </p>
          )}
          <button
            type="button"
            disabled={!complete}
            onClick={() =>
              change(async () => (await send(BlockNights, { input, ...nights })).blockNights)
            }
          >
            {t('blockNights')}
          </button>
          <button
            type="button"
            class="quiet"
            disabled={!complete}
            onClick={() =>
              change(async () => (await send(OpenNights, { input, ...nights })).openNights)
            }
          >
            {t('openNights')}
          </button>
          <PriceForm
            homestay={homestay}
            disabled={!complete}
            set={(amount) =>
              change(async () => {
                const price = { amount, currency: homestay.price.currency };
                const answered = await send(SetNightPrices, {
                  input: { ...input, price },
                  ...nights,
                });
                return answered.setNightPrices;
              })
            }
          />
        </section>
      </div>
    </>
  );
}

type PriceFormProps = { homestay: Homestay; disabled: boolean; set(amount: number): void };

function PriceForm({ homestay, disabled, set }: PriceFormProps) {
  const [typed, setTyped] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        set(minorUnits(typed, homestay.price.currency));
      }}
    >
      <label>
        {t('nightPrice', { currency: homestay.price.currency })}
        <input
          type="number"
          min="0"
          step="any"
          required
          value={typed}
          placeholder={money(homestay.price)}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      </label>
      <p>
        <button type="submit" class="quiet" disabled={disabled}>
          {t('setPrice')}
        </button>
      </p>
    </form>
  );
}
