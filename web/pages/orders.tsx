import { useEffect, useRef, useState } from 'preact/hooks';
import { type Answered, type ApiError, send } from '../api/client.ts';
import { MyOrders, MyOrdersLive, type MyOrdersQuery, type OrderState } from '../api/generated.ts';
import { Countdown } from '../parts/countdown.tsx';
import { useLive } from '../parts/live.ts';
import { LiveSign } from '../parts/live-sign.tsx';
import { Failure, Loading, Title } from '../parts/notice.tsx';
import { Picture } from '../parts/picture.tsx';
import { asApiError, useSession } from '../parts/query.ts';
import { keep, linkTo, type Route } from '../parts/route.ts';
import { day, money } from '../words/format.ts';
import { orderStates, t, wordOf } from '../words/words.ts';
import { More } from './browse.tsx';
import { SignInFirst } from './sign-in.tsx';

type Order = Answered<MyOrdersQuery>['myHomestayOrders']['edges'][number]['node'];

export function OrdersPage({ route }: { route: Route }) {
  const session = useSession();
  const asked = route.search.get('state') ?? '';
  const state = orderStates.find((each) => each === asked) ?? null;
  if (!session) return <SignInFirst route={route} />;
  return (
    <>
      <div class="heading">
        <Title>{t('myStays')}</Title>
        <select
          aria-label={t('stateLabel')}
          value={state ?? ''}
          onChange={(event) => keep(['orders'], { state: event.currentTarget.value })}
        >
          <option value="">{t('allOrders')}</option>
          {orderStates.map((each) => (
            <option key={each} value={each}>
              {wordOf('state', each)}
            </option>
          ))}
        </select>
      </div>
      <List key={`${state}${session.userId}`} state={state} />
    </>
  );
}

type Pages = { orders: Order[]; after: string | null; more: boolean };

function List({ state }: { state: OrderState | null }) {
  const [pages, setPages] = useState<Pages>({ orders: [], after: null, more: true });
  const [error, setError] = useState<ApiError | null>(null);
  const [loading, setLoading] = useState(true);
  const known = useRef(new Map<string, number>());

  const load = async (after: string | null) => {
    setLoading(true);
    setError(null);
    try {
      const { myHomestayOrders: page } = await send(MyOrders, {
        filter: state ? { states: [state] } : {},
        after,
      });
      const nodes = page.edges.map(({ node }) => node);
      for (const { sn, version } of nodes) known.current.set(sn, version);
      setPages((before) => ({
        orders: after ? [...before.orders, ...nodes] : nodes,
        after: page.pageInfo.endCursor ?? null,
        more: page.pageInfo.hasNextPage,
      }));
    } catch (failed) {
      setError(asApiError(failed));
    }
    setLoading(false);
  };
  useEffect(() => void load(null), []);

  const connection = useLive(MyOrdersLive, {}, ({ myHomestayOrdersChanged: changed }) => {
    const { sn, version } = changed;
    const seen = known.current.get(sn);
    if (seen !== undefined && seen >= version) return;
    known.current.set(sn, version);
    // An order that is not in the list yet is read with everything that the list shows of it.
    if (seen === undefined) return void load(null);
    setPages((before) => ({
      ...before,
      orders: before.orders.map((order) =>
        order.sn === sn ? { ...order, state: changed.state, version } : order,
      ),
    }));
  });

  return (
    <>
      <LiveSign connection={connection} />
      {!loading && !error && pages.orders.length === 0 && (
        <p role="status">
          {state ? t('noneFound') : t('noOrders')}{' '}
          {state ? (
            <a href={linkTo(['orders'])}>{t('showAll')}</a>
          ) : (
            <a href={linkTo([])}>{t('toStays')}</a>
          )}
        </p>
      )}
      <ul class="orders">
        {pages.orders.map((order) => (
          <Row key={order.sn} order={order} />
        ))}
      </ul>
      {error && <Failure error={error} again={() => load(pages.after)} />}
      {loading && <Loading />}
      {pages.more && !loading && !error && <More load={() => load(pages.after)} />}
    </>
  );
}

const Row = ({ order }: { order: Order }) => (
  <li class="card row">
    <Picture id={order.homestay?.id ?? order.sn} src={order.snapshot.banner} />
    <div class="words">
      <p class="state-line" aria-live="polite">
        <span class={`state ${order.state}`}>{wordOf('state', order.state)}</span>
        {order.state === 'WAIT_PAY' && <Countdown to={order.closeAt} />}
      </p>
      <h2>
        <a href={linkTo(['order', order.sn])}>{order.snapshot.title}</a>
      </h2>
      <p>
        {day(order.checkIn)} – {day(order.checkOut)}, {t('nights', { count: order.nights })}
      </p>
      <p class="price">
        <strong>{money(order.total)}</strong>
      </p>
    </div>
  </li>
);
