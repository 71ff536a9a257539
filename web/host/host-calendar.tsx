import { useState } from 'preact/hooks';
import type { Answered } from '../api/client.ts';
import { HostNights, HostOrders, type HostOrdersQuery } from '../api/generated.ts';
import { statesThatHoldNights } from '../parts/nights-held.ts';
import { Failure, Loading } from '../parts/notice.tsx';
import { useQuery } from '../parts/query.ts';
import { linkTo } from '../parts/route.ts';
import { addDays, datesBetween, today } from '../words/dates.ts';
import { day, longDay, weekday } from '../words/format.ts';
import { t, wordOf } from '../words/words.ts';
import type { MyShops } from './my-shops.ts';

type Order = Answered<HostOrdersQuery>['hostHomestayOrders']['nodes'][number];
type Homestay = { id: string; title: string; onShelf: boolean };

const daysShown = 14;
/** A stay that began so long ago may still go on: as long as the longest stays of most settings. */
const longestStay = 30;

/** Two weeks of all homestays of a host, a row for each. */
export function HostCalendar({ mine: shops }: { mine: MyShops }) {
  const [from, setFrom] = useState(today());
  const to = addDays(from, daysShown);
  const orders = useQuery(HostOrders, {
    first: 100,
    filter: {
      states: statesThatHoldNights,
      checkIn: { from: addDays(from, -longestStay), to: addDays(to, -1) },
    },
  });
  const homestays = shops.data?.myHomestayShops.nodes.flatMap((shop) => shop.homestays.nodes);
  const error = shops.error ?? orders.error;
  const dates = datesBetween(from, to);
  return (
    <section aria-labelledby="calendar">
      <div class="heading">
        <h2 id="calendar">{t('calendar')}</h2>
        <div class="months">
          <Move label={t('earlier')} sign="‹" move={() => setFrom(addDays(from, -7))} />
          <span aria-live="polite">{`${day(from)} – ${day(addDays(to, -1))}`}</span>
          <Move label={t('later')} sign="›" move={() => setFrom(addDays(from, 7))} />
        </div>
      </div>
      {error && <Failure error={error} again={shops.error ? shops.again : orders.again} />}
      {!homestays && !error && <Loading />}
      {homestays?.length === 0 && <p>{t('noPlaces')}</p>}
      {homestays && homestays.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: keys scroll what is wider than the page
        <section class="wide" tabIndex={0} aria-label={t('nightsOfPlaces')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('place')}</th>
                {dates.map((date) => (
                  <th key={date} scope="col" class={date === today() ? 'now' : ''}>
                    <small>{weekday(date)}</small> {Number(date.slice(8))}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {homestays.map((homestay) => (
                <Row
                  key={homestay.id}
                  homestay={homestay}
                  dates={dates}
                  orders={ordersOf(homestay, orders.data)}
                />
              ))}
            </tbody>
          </table>
        </section>
      )}
      <p class="legend hint">
        <span class="night WAIT_USE">{wordOf('state', 'WAIT_USE')}</span>
        <span class="night WAIT_PAY">{wordOf('state', 'WAIT_PAY')}</span>
        <span class="night blocked">{t('blocked')}</span>
        <span class="night">{t('free')}</span>
      </p>
    </section>
  );
}

const ordersOf = ({ id }: Homestay, found: Answered<HostOrdersQuery> | null): Order[] =>
  found?.hostHomestayOrders.nodes.filter(({ homestay }) => homestay?.id === id) ?? [];

const Move = ({ label, sign, move }: { label: string; sign: string; move(): void }) => (
  <button type="button" class="quiet" aria-label={label} onClick={move}>
    {sign}
  </button>
);

type RowProps = { homestay: Homestay; dates: string[]; orders: Order[] };

/**
 * Each row asks for its own nights, because the answer for all homestays at once could be larger
 * than the API lets one operation be.
 */
function Row({ homestay, dates, orders }: RowProps) {
  const [from = '', to = ''] = [dates[0], addDays(dates.at(-1) ?? '', 1)];
  const { data, loading } = useQuery(HostNights, { id: homestay.id, from, to });
  const node = data?.node;
  const nights = node?.__typename === 'Homestay' ? node.availability : null;
  const taken = new Set(nights?.filter(({ free }) => !free).map(({ night }) => night));
  return (
    <tr>
      <th scope="row">
        <a href={linkTo(['hosting', homestay.id])}>{homestay.title}</a>
      </th>
      {dates.map((date) => (
        <td key={date}>
          <Night
            date={date}
            order={orders.find(({ checkIn, checkOut }) => checkIn <= date && date < checkOut)}
            words={nights ? nightWords(taken.has(date) && date >= today()) : unknownWords(loading)}
          />
        </td>
      ))}
    </tr>
  );
}

type NightWords = 'blocked' | 'free' | 'loading' | 'unknown';
const nightWords = (blocked: boolean): NightWords => (blocked ? 'blocked' : 'free');
/** What is not known must not look free. */
const unknownWords = (loading: boolean): NightWords => (loading ? 'loading' : 'unknown');
const signOf = { blocked: '', free: '', loading: '…', unknown: '?' };

type NightProps = { date: string; order?: Order; words: NightWords };

function Night({ date, order, words }: NightProps) {
  if (order) {
    const { sn, state, travellerId, guests } = order;
    const all = [
      longDay(date),
      wordOf('state', state),
      travellerId,
      t('guestCount', { count: guests }),
    ];
    return (
      <a class={`night ${state}`} href={linkTo(['order', sn])} aria-label={all.join(', ')}>
        {guests}
      </a>
    );
  }
  return (
    <span class={`night ${words}`}>
      <span aria-hidden="true">{signOf[words]}</span>
      <span class="unseen">{t(words)}</span>
    </span>
  );
}
