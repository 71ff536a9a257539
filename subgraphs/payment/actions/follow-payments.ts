import { clientError } from '../../../runtime/errors.ts';
import { type NewestWinsQueue, newestWinsQueue } from '../../../runtime/newest-wins-queue.ts';
import type { SeenVersions } from '../../../runtime/subgraph-subscriptions.ts';
import { latestOf, type OrderToPay, type Payment, visibleTo } from '../domain/payment.ts';

/** A payment, and how often it has been written: a copy is told from news by that. */
export type VersionedPayment = Payment & { version: number };

export type FollowPaymentsNeeds = {
  payments: { versionsOfOrder(orderSn: string): Promise<VersionedPayment[]> };
  orders: { toPay(sn: string): Promise<Pick<OrderToPay, 'travellerId' | 'hostId'> | undefined> };
  /** Calls with a payment of the order after each change, or with nothing when changes may have been missed. */
  onPaymentChange(orderSn: string, onChange: (payment: VersionedPayment | undefined) => void): () => void;
};

const maxUnsent = 100;

/** What of a payment a client can see change. */
const shown = ({ state, instructions, paidAt }: Payment) => JSON.stringify([state, instructions?.url, paidAt]);

/**
 * An order's latest payment as it stands and then every payment of the order that comes into another state, for the
 * traveller who pays or the host it is for. Of states that follow each other at once only the last may show.
 */
export function followPayments(
  needs: FollowPaymentsNeeds,
  userId: string,
  orderSn: string,
  seen: SeenVersions,
): NewestWinsQueue<VersionedPayment> {
  const sent = new Map(Object.entries(seen));
  const looks = new Map<string, string>();
  let looked = false;
  const early: VersionedPayment[] = [];

  const show = (payment: VersionedPayment) => {
    if (payment.version <= (sent.get(payment.sn) ?? 0)) return;
    sent.set(payment.sn, payment.version);
    if (looks.get(payment.sn) === shown(payment)) return;
    looks.set(payment.sn, shown(payment));
    queue.push(payment);
  };
  const look = async () => {
    const payments = await needs.payments.versionsOfOrder(orderSn);
    const owner = payments[0] ?? (await needs.orders.toPay(orderSn));
    if (!owner || !visibleTo(owner, userId)) {
      throw clientError('FORBIDDEN', 'There is no such order for this caller.');
    }
    const latest = latestOf(payments);
    for (const payment of [...payments].reverse()) if (payment === latest || sent.has(payment.sn)) show(payment);
    looked = true;
    for (const payment of early.splice(0)) show(payment);
  };
  const lookOrFail = () => void look().catch((error) => queue.fail(error));

  const unlisten = needs.onPaymentChange(orderSn, (payment) => {
    if (!payment) lookOrFail();
    else if (looked) show(payment);
    else early.push(payment);
  });
  const queue = newestWinsQueue<VersionedPayment>({ max: maxUnsent, keyOf: ({ sn }) => sn, onEnd: unlisten });
  lookOrFail();
  return queue;
}
