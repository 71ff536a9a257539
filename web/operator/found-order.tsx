import type { Answered } from '../api/client.ts';
import type { SearchOrdersQuery } from '../api/generated.ts';
import { GiveBack } from '../parts/give-back.tsx';
import { linkTo } from '../parts/route.ts';
import { Timeline } from '../parts/timeline.tsx';
import { day, money } from '../words/format.ts';
import { t, wordOf } from '../words/words.ts';

export type FoundOrder = Answered<SearchOrdersQuery>['searchHomestayOrders']['nodes'][number];

/** An order as an operator sees it; opened, it says what happened and what can be done. */
export function OrderRow({ order, again }: { order: FoundOrder; again(): void }) {
  const { sn, state, snapshot, travellerId, payment } = order;
  return (
    <details class="found">
      <summary>
        <span class={`state ${state}`}>{wordOf('state', state)}</span> <strong>{sn}</strong>{' '}
        <span>{snapshot.title}</span>
      </summary>
      <p>
        <a href={linkTo(['order', sn])}>{t('orderPage')}</a>
      </p>
      <dl class="facts-list">
        <Fact name={t('traveller')} value={travellerId} />
        <Fact name={t('host')} value={snapshot.hostId} />
        <Fact name={t('dates')} value={`${day(order.checkIn)} – ${day(order.checkOut)}`} />
        <Fact name={t('total')} value={money(order.total)} />
        {payment && (
          <Fact
            name={t('payment')}
            value={[
              payment.sn,
              wordOf('paymentState', payment.state),
              wordOf('payMethod', payment.method),
            ].join(', ')}
          />
        )}
        {payment?.received && <Fact name={t('received')} value={money(payment.received)} />}
        {payment && payment.refunded.amount > 0 && (
          <Fact name={t('refunded')} value={money(payment.refunded)} />
        )}
      </dl>
      <Timeline history={order.history} />
      <GiveBack sn={sn} state={state} payment={payment} again={again} />
    </details>
  );
}

const Fact = ({ name, value }: { name: string; value: string }) => (
  <div>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);
