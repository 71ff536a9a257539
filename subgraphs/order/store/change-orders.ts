import type { ClientSession, Filter, UpdateFilter } from 'mongodb';
import type { Database } from '../../../runtime/mongo.ts';
import { originNow } from '../../../runtime/origin.ts';
import type { Change } from '../domain/change.ts';
import type { Order } from '../domain/order.ts';
import { freesNights, type TransitionCause, transitions } from '../domain/state.ts';
import type { NightStore } from './nights.ts';
import { settleAttempt } from './order-attempts.ts';
import { type OrderCollection, type OrderDocument, toOrder } from './order-document.ts';

/** Every write to an order that is there. Each is a compare-and-set. */
export function changeOrders(
  database: Database,
  orders: OrderCollection,
  { freeNights }: Pick<NightStore, 'freeNights'>,
) {
  /** Changes an order's state, and with it its nights. Null if another change came first. */
  const change = async ({ sn, cause, at, paymentSn, refundSn }: Change): Promise<Order | null> => {
    const { from, byRefund } = transitions[cause];
    const write = async (session?: ClientSession) => {
      const before = { _id: sn, state: from, ...(byRefund ? heldBy(refundSn) : notHeld) };
      const also = { ...(paymentSn ? { paymentSn } : {}), ...refundOf(refundSn) };
      const update = intoNextState(cause, at, also);
      const options = { session, returnDocument: 'after' } as const;
      // Most orders are paid by the attempt that holds them, which ends it: one write does both.
      const paid =
        paymentSn &&
        (await orders.findOneAndUpdate(
          { ...before, 'attempt.paymentSn': paymentSn },
          { ...update, $unset: { attempt: '' } },
          options,
        ));
      const changed = paid || (await orders.findOneAndUpdate(before, update, options));
      if (changed && session) await freeNights([toOrder(changed)], session);
      if (changed) await settleAttempt(orders, changed, at, session);
      return changed;
    };
    const changed = await (freesNights(cause) ? database.transaction(write) : write());
    return changed && toOrder(changed);
  };

  const { from: refundable } = transitions.REFUNDED;
  return {
    change,

    /**
     * Lets a refund hold an unused order, so that nobody is checked in until it has ended. False if
     * it can't, or if the refund has ended: the request may be an old one of a process that was
     * paused.
     */
    async holdForRefund(sn: string, refundSn: string): Promise<boolean> {
      const held = await orders.updateOne(
        {
          _id: sn,
          state: refundable,
          endedRefunds: { $ne: refundSn },
          $or: [notHeld, { refundSn }],
        },
        { $set: { refundSn } },
      );
      return held.matchedCount === 1;
    },

    /** The refund has ended. If it still holds the order, the order can be used again. */
    async releaseFromRefund(sn: string, refundSn: string): Promise<void> {
      await orders.updateOne({ _id: sn }, { $addToSet: { endedRefunds: refundSn } });
      const held = { _id: sn, state: refundable, refundSn };
      await orders.updateOne(held, { $unset: { refundSn: '' } });
    },

    /** Keeps when the traveller first asked to leave. Returns the order. */
    async askToLeave(sn: string, now: Date): Promise<Order | null> {
      const first = { _id: sn, state: refundable, leaveAskedAt: { $exists: false } };
      await orders.updateOne(first, { $set: { leaveAskedAt: now } });
      const order = await orders.findOne({ _id: sn });
      return order && toOrder(order);
    },
  };
}

const notHeld = { refundSn: { $exists: false } };

/**
 * Held by this refund, or by none after this refund had ended: it failed at first, and its money
 * went back in the end.
 */
const heldBy = (refundSn: string | undefined): Filter<OrderDocument> => ({
  $or: [{ refundSn }, { ...notHeld, endedRefunds: refundSn }] as Filter<OrderDocument>[],
});

const refundOf = (refundSn: string | undefined): Partial<OrderDocument> =>
  refundSn ? { refundSn } : {};

/** The update that brings an order into the state that follows a cause. */
export const intoNextState = (
  cause: TransitionCause,
  at: Date,
  also: Partial<OrderDocument> = {},
): UpdateFilter<OrderDocument> => {
  const { to } = transitions[cause];
  return {
    $set: { ...also, state: to },
    $inc: { version: 1 },
    $push: { history: { state: to, at, cause, ...originNow() } },
  };
};
