import { HostOrders } from '../api/generated.ts';
import { Failure } from '../parts/notice.tsx';
import { useQuery } from '../parts/query.ts';
import { linkTo } from '../parts/route.ts';
import { day } from '../words/format.ts';
import { t, wordOf } from '../words/words.ts';

/** The latest bookings of all homestays of a host. */
export function Bookings() {
  const { data, error, again } = useQuery(HostOrders, { first: 20, filter: {} });
  const orders = data?.hostHomestayOrders.nodes ?? [];
  return (
    <section class="places" aria-labelledby="bookings">
      <h2 id="bookings">{t('hostOrders')}</h2>
      {error && <Failure error={error} again={again} />}
      {data && orders.length === 0 && <p>{t('noBookings')}</p>}
      <ul class="shops">
        {orders.map(({ sn, state, snapshot, checkIn, checkOut, guests }) => (
          <li key={sn} class="state-line">
            <span class={`state ${state}`}>{wordOf('state', state)}</span>
            <a href={linkTo(['order', sn])}>{snapshot.title}</a>
            <span>
              {day(checkIn)} – {day(checkOut)}, {t('guestCount', { count: guests })}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
