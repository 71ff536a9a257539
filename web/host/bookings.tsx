import { useRef } from 'preact/hooks';
import { send } from '../api/client.ts';
import { HostOrders, HostOrdersLive } from '../api/generated.ts';
import { useLive } from '../parts/live.ts';
import { LiveSign } from '../parts/live-sign.tsx';
import { NextPage } from '../parts/next-page.tsx';
import { Failure } from '../parts/notice.tsx';
import { usePages } from '../parts/pages.ts';
import { linkTo } from '../parts/route.ts';
import { day } from '../words/format.ts';
import { t, wordOf } from '../words/words.ts';

const first = 20;

/** The latest bookings of all homestays of a host, and each change of them. */
export function Bookings() {
  const { data, error, loading, again, more } = usePages(
    'bookings',
    async (after) => (await send(HostOrders, { first, after, filter: {} })).hostHomestayOrders,
  );
  const orders = data?.nodes ?? [];
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
      <NextPage data={data} loading={loading} more={more} />
    </section>
  );
}
