import { useRef } from 'preact/hooks';
import { HostOrders, HostOrdersLive } from '../api/generated.ts';
import { useLive } from '../parts/live.ts';
import { LiveSign } from '../parts/live-sign.tsx';
import { Failure } from '../parts/notice.tsx';
import { useQuery } from '../parts/query.ts';
import { linkTo } from '../parts/route.ts';
import { day } from '../words/format.ts';
import { t, wordOf } from '../words/words.ts';

const shown = 20;

/** The latest bookings of all homestays of a host, and each change of them. */
export function Bookings() {
  const { data, error, again } = useQuery(HostOrders, { first: shown, filter: {} });
  const orders = data?.hostHomestayOrders.nodes ?? [];
  const known = useRef(new Map<string, number>());
  const soon = useRef(0);
  for (const { sn, version } of orders) known.current.set(sn, version);
  const connection = useLive(HostOrdersLive, {}, ({ hostHomestayOrdersChanged: changed }) => {
    if (changed.version <= (known.current.get(changed.sn) ?? 0)) return;
    known.current.set(changed.sn, changed.version);
    // Changes that come together, as they do at the beginning, are asked for once.
    clearTimeout(soon.current);
    soon.current = window.setTimeout(again, 300);
  });
  return (
    <section class="places" aria-labelledby="bookings">
      <h2 id="bookings">{t('hostOrders')}</h2>
      <LiveSign connection={connection} />
      {error && <Failure error={error} again={again} />}
      {data && orders.length === 0 && <p>{t('noBookings')}</p>}
      <ul class="shops">
        {orders.map(({ sn, state, snapshot, travellerId, checkIn, checkOut, guests }) => (
          <li key={sn} class="state-line">
            <span class={`state ${state}`}>{wordOf('state', state)}</span>
            <a href={linkTo(['order', sn])}>{snapshot.title}</a>
            <span>
              {travellerId}, {day(checkIn)} – {day(checkOut)}, {t('guestCount', { count: guests })}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
