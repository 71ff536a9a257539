import { clientError } from '../../../runtime/errors.ts';
import { type NewestWinsQueue, newestWinsQueue } from '../../../runtime/newest-wins-queue.ts';
import type { SeenVersions } from '../../../runtime/subgraph-subscriptions.ts';
import {
  latestOf,
  type OrderToPay,
  type VersionedPayment,
  versionsAfter,
  visibleTo,
} from '../domain/payment.ts';

export type FollowPaymentsNeeds = {
  payments: { versionsOfOrder(orderSn: string): Promise<VersionedPayment[]> };
  orders: { toPay(sn: string): Promise<Pick<OrderToPay, 'travellerId' | 'hostId'> | undefined> };
  /** Calls with a payment of the order after each change, or with nothing when changes may have been missed. */
  onPaymentChange(
    orderSn: string,
    onChange: (payment: VersionedPayment | undefined) => void,
  ): () => void;
};

const maxUnsent = 100;

/**
 * An order's latest payment as it stands and then every later change of each of its payments, in order, none twice and none
 * missed: for the traveller who pays or the host it is for. Who says what versions it has seen gets those after them.
 */
export function followPayments(
  needs: FollowPaymentsNeeds,
  userId: string,
  orderSn: string,
  seen: SeenVersions,
): NewestWinsQueue<VersionedPayment> {
  const sent = new Map(Object.entries(seen));
  let looked = false;
  const early: VersionedPayment[] = [];

  const show = (payment: VersionedPayment) => {
    for (const version of versionsAfter(payment, sent.get(payment.sn) ?? 0)) queue.push(version);
    sent.set(payment.sn, Math.max(payment.version, sent.get(payment.sn) ?? 0));
  };
  /** At the first look only the latest payment is shown, as it stands. Later, one that is not known has begun meanwhile. */
  const leaveOutThePast = (payments: readonly VersionedPayment[]) => {
    const oldestSeen = payments.findLast(({ sn }) => sent.has(sn))?.createdAt;
    for (const payment of payments) {
      if (sent.has(payment.sn) || (oldestSeen && payment.createdAt > oldestSeen)) continue;
      sent.set(
        payment.sn,
        payment === latestOf(payments) && !oldestSeen ? payment.version - 1 : payment.version,
      );
    }
  };
  const look = async () => {
    const payments = await needs.payments.versionsOfOrder(orderSn);
    const owner = payments[0] ?? (await needs.orders.toPay(orderSn));
    if (!owner || !visibleTo(owner, userId)) {
      throw clientError('FORBIDDEN', 'There is no such order for this caller.');
    }
    if (!looked) leaveOutThePast(payments);
    for (const payment of payments.toReversed()) show(payment);
    looked = true;
    for (const payment of early.splice(0)) show(payment);
  };
  const lookOrFail = () => void look().catch((error) => queue.fail(error));

  const unlisten = needs.onPaymentChange(orderSn, (payment) => {
    if (!payment) lookOrFail();
    else if (looked) show(payment);
    else early.push(payment);
  });
  const queue = newestWinsQueue<VersionedPayment>({
    max: maxUnsent,
    keyOf: ({ sn }) => sn,
    onEnd: unlisten,
  });
  lookOrFail();
  return queue;
}
