import { useRef, useState } from 'preact/hooks';
import {
  OrderPage as Operation,
  OrderLive,
  type OrderPageQuery,
  PaymentLive,
} from '../api/generated.ts';
import { CommentForm } from '../parts/comment-form.tsx';
import { Countdown } from '../parts/countdown.tsx';
import { GiveBack } from '../parts/give-back.tsx';
import { LeaveStay } from '../parts/leave-stay.tsx';
import { useLive } from '../parts/live.ts';
import { LiveSign } from '../parts/live-sign.tsx';
import { holdsNights } from '../parts/nights-held.ts';
import { Away, Failure, Loading, NotFound, Notice, Title } from '../parts/notice.tsx';
import { CancelOrder, Pay } from '../parts/pay.tsx';
import { Picture } from '../parts/picture.tsx';
import { useQuery, useSession } from '../parts/query.ts';
import { cameFromPayment, linkTo, type Route } from '../parts/route.ts';
import { Ticket } from '../parts/ticket.tsx';
import { Timeline } from '../parts/timeline.tsx';
import { today } from '../words/dates.ts';
import { clockTime, instant, longDay, money } from '../words/format.ts';
import { t, wordOf } from '../words/words.ts';
import { SignInFirst } from './sign-in.tsx';

export type Order = NonNullable<OrderPageQuery['homestayOrder']>;

export function OrderPage({ route }: { route: Route }) {
  const session = useSession();
  if (!session) return <SignInFirst route={route} />;
  return <Loaded sn={route.path[1] ?? ''} key={session.userId} />;
}

function Loaded({ sn }: { sn: string }) {
  const page = useQuery(Operation, { sn });
  const order = page.data?.homestayOrder;
  if (!order && page.error) return <Failure error={page.error} again={page.again} />;
  if (!page.data) return <Loading />;
  if (!order) return <NotFound />;
  return <Shown order={order} again={page.again} />;
}

function Shown({ order, again }: { order: Order; again(): void }) {
  const session = useSession();
  const version = useRef(order.version);
  version.current = order.version;
  const connection = useLive(OrderLive, { sn: order.sn }, ({ homestayOrderStateChanged }) => {
    if (homestayOrderStateChanged.version > version.current) again();
  });
  const [payment, setPayment] = useState(order.payment?.state);
  useLive(PaymentLive, { orderSn: order.sn }, ({ paymentStateChanged: { state } }) => {
    setPayment(state);
    if (state !== 'WAIT') again();
  });
  const isTraveller = session?.userId === order.travellerId;
  const { title } = order.snapshot;
  return (
    <article class="order">
      <header>
        <p class="state-line" aria-live="polite">
          <span class={`state ${order.state}`}>{wordOf('state', order.state)}</span>
          <LiveSign connection={connection} />
        </p>
        <Title>
          {isTraveller
            ? t('orderTitle', { title })
            : t('guestTitle', { title, guest: order.travellerId })}
        </Title>
        <p class="sub">{t('orderNumber', { sn: order.sn })}</p>
      </header>
      <div class="columns">
        <div>
          {order.state === 'WAIT_PAY' && (
            <WaitsToBePaid {...{ order, isTraveller, payment, again }} />
          )}
          {order.ticketCode && order.state === 'WAIT_USE' && (
            <Ticket sn={order.sn} code={order.ticketCode} />
          )}
          {isTraveller && !holdsNights[order.state] && <FindAnother order={order} />}
          {isTraveller && order.state === 'USED' && <CommentForm sn={order.sn} />}
          {order.refunds ? <Refunds refunds={order.refunds} /> : <Away again={again} />}
          <History order={order} />
        </div>
        <aside>
          <Facts order={order} />
          {isTraveller && order.state === 'WAIT_USE' && order.refunds && (
            <LeaveStay order={order} again={again} />
          )}
          {session?.userId === order.snapshot.hostId && <GiveBack {...order} again={again} />}
        </aside>
      </div>
    </article>
  );
}

/** What a traveller who has lost the nights of a stay does next. */
function FindAnother({ order: { homestay, ...order } }: { order: Order }) {
  const { checkIn, checkOut, guests, needFood } = order;
  const stay = { checkIn, checkOut, guests: String(guests), meals: needFood ? 'yes' : undefined };
  return (
    <p>
      {homestay?.onShelf && checkIn >= today(order.snapshot.timeZone) ? (
        <a href={linkTo(['homestays', homestay.id], stay)}>{t('orderAgain')}</a>
      ) : (
        <a href={linkTo([])}>{t('toStays')}</a>
      )}
    </p>
  );
}

type WaitingProps = { order: Order; isTraveller: boolean; payment?: string; again(): void };

function WaitsToBePaid({ order, isTraveller, payment, again }: WaitingProps) {
  return (
    <section class="waiting" aria-labelledby="pay">
      <h2 id="pay">{t('payWithin')}</h2>
      <Countdown to={order.closeAt} />
      <p>{t('payUntil', { time: clockTime(order.closeAt) })}</p>
      {payment === 'WAIT' && cameFromPayment && <p role="status">{t('paymentAwaited')}</p>}
      {payment === 'FAILED' && <Notice>{t('paymentFailed')}</Notice>}
      {isTraveller && (
        <>
          <Pay order={order} failed={payment === 'FAILED'} />
          <CancelOrder order={order} again={again} />
        </>
      )}
    </section>
  );
}

/** The host by the shop's name, and by the name that they sign in with. */
const hostOf = ({ homestay, snapshot }: Order): string =>
  homestay ? `${homestay.shop.name} (${snapshot.hostId})` : snapshot.hostId;

function Facts({ order }: { order: Order }) {
  const { snapshot, homestay } = order;
  return (
    <section class="booking">
      <div class="banner small">
        <Picture id={homestay?.id ?? snapshot.title} src={snapshot.banner} wide />
      </div>
      <h2>
        {homestay ? (
          <a href={linkTo(['homestays', homestay.id])}>{snapshot.title}</a>
        ) : (
          snapshot.title
        )}
      </h2>
      <p class="sub">
        {snapshot.city}, {t('hostedBy', { host: hostOf(order) })}
      </p>
      <dl class="dates">
        <div>
          <dt>{t('checkIn')}</dt>
          <dd>{longDay(order.checkIn)}</dd>
        </div>
        <div>
          <dt>{t('checkOut')}</dt>
          <dd>{longDay(order.checkOut)}</dd>
        </div>
      </dl>
      <p>
        {t('nights', { count: order.nights })}, {t('guestCount', { count: order.guests })}
      </p>
      {order.remark && <blockquote>{order.remark}</blockquote>}
      <dl class="bill">
        {order.foodTotal.amount > 0 && (
          <div>
            <dt>{t('foodTotal')}</dt>
            <dd>{money(order.foodTotal)}</dd>
          </div>
        )}
        <div class="total">
          <dt>{t('total')}</dt>
          <dd>{money(order.total)}</dd>
        </div>
      </dl>
    </section>
  );
}

function Refunds({ refunds }: { refunds: NonNullable<Order['refunds']> }) {
  if (refunds.length === 0) return null;
  return (
    <section aria-labelledby="refunds" aria-live="polite">
      <h2 id="refunds">{t('refunds')}</h2>
      <ul class="timeline">
        {refunds.map(({ sn, amount, state, explanation, createdAt }) => (
          <li key={sn}>
            <strong>
              {money(amount)}, {wordOf('refundState', state)}
            </strong>
            <time dateTime={createdAt}>{instant(createdAt)}</time>
            <p>{explanation}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

const History = ({ order }: { order: Order }) => (
  <section aria-labelledby="history">
    <h2 id="history">{t('history')}</h2>
    <Timeline history={order.history} />
  </section>
);
