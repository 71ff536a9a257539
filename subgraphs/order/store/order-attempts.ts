import type { ClientSession } from 'mongodb';
import type { Order, PaymentAttempt } from '../domain/order.ts';
import { transitions } from '../domain/state.ts';
import { type OrderCollection, type OrderDocument, toOrder } from './order-document.ts';

/** An order with an attempt that is to be closed at its provider. */
export type AttemptToClose = { orderSn: string; paymentSn: string };

const unpaid = transitions.PAID.from;

/** What is kept of payment attempts in their orders. */
export const orderAttempts = (orders: OrderCollection) => ({
  /**
   * Lets an attempt hold an unpaid order before its deadline, from which on it is to be closed.
   * False if it can't, another one does, or it has ended.
   */
  async holdForPayment(sn: string, paymentSn: string, now: Date): Promise<boolean> {
    const held = await orders.updateOne(
      {
        _id: sn,
        state: unpaid,
        closeAt: { $gt: now },
        endedAttempts: { $ne: paymentSn },
        $or: [{ attempt: { $exists: false } }, { 'attempt.paymentSn': paymentSn }],
      },
      [{ $set: { attempt: { paymentSn: { $literal: paymentSn }, closeFrom: '$closeAt' } } }],
    );
    return held.matchedCount === 1;
  },

  /**
   * The attempt has ended: it holds the order no longer, and never again. Null if there is no such
   * order.
   */
  async releaseFromPayment(sn: string, paymentSn: string): Promise<Order | null> {
    const ended = { $addToSet: { endedAttempts: paymentSn } };
    const released = await orders.findOneAndUpdate(
      { _id: sn, 'attempt.paymentSn': paymentSn },
      { ...ended, $unset: { attempt: '' } },
      { returnDocument: 'after' },
    );
    if (released) return toOrder(released);
    const other = await orders.findOneAndUpdate({ _id: sn }, ended, { returnDocument: 'after' });
    return other && toOrder(other);
  },

  /** Attempts that are to be closed by now, in the order of their orders' serial numbers. */
  async attemptsToClose(now: Date, after: string, limit: number): Promise<AttemptToClose[]> {
    const found = await orders
      .find({ 'attempt.closeFrom': { $lte: now }, _id: { $gt: after } })
      .project<{ _id: string; attempt: PaymentAttempt }>({ attempt: 1 })
      .sort({ _id: 1 })
      .limit(limit)
      .toArray();
    return found.map(({ _id, attempt }) => ({ orderSn: _id, paymentSn: attempt.paymentSn }));
  },
});

/**
 * An order no longer waits to be paid. If its attempt has paid it, that is over; if not, it is to
 * be closed now. Without a transaction this may be lost with its process. Then the attempt is
 * closed from its old time on.
 */
export async function settleAttempt(
  orders: OrderCollection,
  { _id, attempt, paymentSn }: OrderDocument,
  at: Date,
  session?: ClientSession,
): Promise<void> {
  if (!attempt) return;
  const same = { _id, 'attempt.paymentSn': attempt.paymentSn };
  const hasPaid = attempt.paymentSn === paymentSn;
  const update = hasPaid
    ? { $unset: { attempt: '' as const } }
    : { $set: { 'attempt.closeFrom': at } };
  await orders.updateOne(same, update, { session });
}
