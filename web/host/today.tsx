import type { Answered } from '../api/client.ts';
import { HostOrders, type HostOrdersQuery } from '../api/generated.ts';
import { Failure, Loading } from '../parts/notice.tsx';
import { useQuery } from '../parts/query.ts';
import { linkTo } from '../parts/route.ts';
import { addDays, today } from '../words/dates.ts';
import { day } from '../words/format.ts';
import { t } from '../words/words.ts';

type Order = Answered<HostOrdersQuery>['hostHomestayOrders']['nodes'][number];

/** How long a guest who has not come is still awaited. */
const lateDays = 30;

/** Who comes and who goes today, each by the homestay's own calendar. */
export function Today() {
  // A day more on either side: at one moment it is two dates around the world.
  const [before, after] = [addDays(today(), -1), addDays(today(), 1)];
  const coming = useQuery(HostOrders, {
    first: 100,
    filter: { states: ['WAIT_USE'], checkIn: { from: addDays(before, -lateDays), to: after } },
  });
  const going = useQuery(HostOrders, {
    first: 100,
    filter: { states: ['USED'], checkOut: { from: before, to: after } },
  });
  const arrivals = coming.data?.hostHomestayOrders.nodes.filter(
    ({ checkIn, snapshot }) => checkIn <= today(snapshot.timeZone),
  );
  const departures = going.data?.hostHomestayOrders.nodes.filter(
    ({ checkOut, snapshot }) => checkOut === today(snapshot.timeZone),
  );
  return (
    <section aria-labelledby="today">
      <h2 id="today">{t('today')}</h2>
      <Guests title={t('arrivals')} none={t('noArrivals')} orders={arrivals} {...coming} />
      <Guests title={t('departures')} none={t('noDepartures')} orders={departures} {...going} />
    </section>
  );
}

type GuestsProps = Pick<ReturnType<typeof useQuery>, 'error' | 'again'> & {
  title: string;
  none: string;
  orders?: Order[];
};

function Guests({ title, none, orders, error, again }: GuestsProps) {
  return (
    <>
      <h3>{title}</h3>
      {error && <Failure error={error} again={again} />}
      {!orders && !error && <Loading />}
      {orders?.length === 0 && <p class="hint">{none}</p>}
      <ul class="shops">
        {orders?.map((order) => (
          <li key={order.sn}>
            <a href={linkTo(['order', order.sn])}>{order.snapshot.title}</a>
            <p class="sub">{wordsOf(order)}</p>
            {order.remark && <blockquote>{order.remark}</blockquote>}
          </li>
        ))}
      </ul>
    </>
  );
}

const wordsOf = ({ checkIn, checkOut, guests, needFood, travellerId }: Order): string =>
  [
    travellerId,
    `${day(checkIn)} – ${day(checkOut)}`,
    t('guestCount', { count: guests }),
    ...(needFood ? [t('withMeals')] : []),
  ].join(' · ');
