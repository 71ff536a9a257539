import { useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { CheckInGuest, HostOrders, MyHomestayShops } from '../api/generated.ts';
import { Failure, Notice } from '../parts/notice.tsx';
import { asApiError, useQuery, useSession } from '../parts/query.ts';
import { go, linkTo, type Route } from '../parts/route.ts';
import { day, longDay } from '../words/format.ts';
import { t, wordOf } from '../words/words.ts';
import { MyHomestay } from './my-homestay.tsx';
import { SignInFirst } from './sign-in.tsx';

/** A host's page: checks guests in and finds bookings. */
export function HostingPage({ route }: { route: Route }) {
  const session = useSession();
  if (!session) return <SignInFirst route={route} />;
  const [, id] = route.path;
  if (id) return <MyHomestay id={id} />;
  return (
    <>
      <h1>{t('hosting')}</h1>
      <div class="columns">
        <div>
          <CheckIn />
          <Bookings />
        </div>
        <div>
          <FindOrder />
          <Places />
        </div>
      </div>
    </>
  );
}

/** Who comes and goes, the latest booking first. */
function Bookings() {
  const { data, error, again } = useQuery(HostOrders, { first: 50, filter: {} });
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

/** The host's own homestays, offered or not. */
function Places() {
  const { data, error, again } = useQuery(MyHomestayShops, {});
  const homestays = data?.myHomestayShops.nodes.flatMap(({ homestays }) => homestays.nodes) ?? [];
  return (
    <section class="places" aria-labelledby="places">
      <h2 id="places">{t('myPlaces')}</h2>
      {error && <Failure error={error} again={again} />}
      {data && homestays.length === 0 && <p>{t('noPlaces')}</p>}
      <ul class="shops">
        {homestays.map(({ id, title, onShelf }) => (
          <li key={id}>
            <a href={linkTo(['hosting', id])}>{title}</a>{' '}
            {!onShelf && <small>{t('offShelf')}</small>}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What a ticket's QR code holds: the order's number and its code. */
const scanned = /^\s*(HSO\d{22})\s+([0-9A-Z ]+)$/i;

function CheckIn() {
  const [sn, setSn] = useState('');
  const [code, setCode] = useState('');
  const [answer, setAnswer] = useState<{ refused?: string; done?: string }>({});
  const checkIn = async (event: SubmitEvent) => {
    event.preventDefault();
    const ticketCode = code.replaceAll(' ', '').toUpperCase();
    try {
      const { checkInGuest } = await send(CheckInGuest, { sn: sn.trim(), ticketCode });
      if ('reason' in checkInGuest)
        return setAnswer({
          refused: wordOf('messages', checkInGuest.reason, checkInGuest.message),
        });
      const { guests, checkOut } = checkInGuest;
      setAnswer({ done: t('checkedIn', { count: guests, checkOut: longDay(checkOut) }) });
      setSn('');
      setCode('');
    } catch (error) {
      const { code: failed, message } = asApiError(error);
      setAnswer({ refused: wordOf('messages', failed, message) });
    }
  };
  const typed = (text: string) => {
    const found = scanned.exec(text);
    setSn(found?.[1] ?? text);
    if (found?.[2]) setCode(found[2]);
  };
  return (
    <form class="booking" aria-labelledby="check-in" onSubmit={checkIn}>
      <h2 id="check-in">{t('checkInGuest')}</h2>
      <label>
        {t('orderSn')}
        <input
          value={sn}
          required
          spellcheck={false}
          autoComplete="off"
          onInput={(event) => typed(event.currentTarget.value)}
        />
      </label>
      <label>
        {t('ticketCode')}
        <input
          value={code}
          required
          spellcheck={false}
          autoComplete="off"
          onInput={(event) => setCode(event.currentTarget.value)}
        />
      </label>
      {answer.refused && <Notice>{answer.refused}</Notice>}
      {answer.done && (
        <p class="notice good" role="status">
          {answer.done}
        </p>
      )}
      <button type="submit">{t('checkInDo')}</button>
    </form>
  );
}

export function FindOrder() {
  const [sn, setSn] = useState('');
  return (
    <form
      class="booking"
      aria-labelledby="find"
      onSubmit={(event) => {
        event.preventDefault();
        go(['order', sn.trim()]);
      }}
    >
      <h2 id="find">{t('findOrder')}</h2>
      <label>
        {t('orderSn')}
        <input
          value={sn}
          required
          spellcheck={false}
          onInput={(event) => setSn(event.currentTarget.value)}
        />
      </label>
      <button type="submit">{t('seeOrder')}</button>
    </form>
  );
}
