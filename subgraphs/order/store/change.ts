import type { ClientSession, UpdateFilter } from 'mongodb';
import type { Database } from '../../../runtime/mongo.ts';
import type { Order } from '../domain/order.ts';
import { type TransitionCause, transitions } from '../domain/state.ts';
import { type Collections, type OrderDocument, toOrder } from './documents.ts';

/** A change of one order: what causes it, when, and what else is noted in the order. */
export type Change = {
  sn: string;
  cause: TransitionCause;
  at: Date;
  paymentSn?: string;
  refundSn?: string;
};

/**
 * Changes an order's state if it still is in the state the change begins from: a compare-and-set, together with its nights.
 * @returns the order as it is after the change, or null where another change came first
 */
export async function change(
  database: Database,
  collections: Collections,
  wanted: Change,
): Promise<Order | null> {
  const { sn, cause, at, paymentSn, refundSn } = wanted;
  const { from, freesNights, byRefund } = transitions[cause];
  const write = async (session?: ClientSession) => {
    const changed = await collections.orders.findOneAndUpdate(
      { _id: sn, state: from, refundSn: byRefund ? refundSn : { $exists: false } },
      intoNextState(cause, at, paymentSn ? { paymentSn } : {}),
      { session, returnDocument: 'after' },
    );
    if (changed && freesNights) await collections.nights.deleteMany({ orderSn: sn }, { session });
    return changed;
  };
  const changed = await (freesNights ? database.transaction(write) : write());
  return changed && toOrder(changed);
}

/**
 * Closes up to `limit` orders that wait to be paid and whose deadline has passed, with their nights, in one transaction.
 * @returns how many
 */
export function closeOverdue(
  database: Database,
  { orders, nights }: Collections,
  now: Date,
  limit: number,
): Promise<number> {
  return database.transaction(async (session) => {
    const due = await orders
      .find(
        { state: 'WAIT_PAY', closeAt: { $lte: now } },
        { session, projection: { _id: 1 }, limit },
      )
      .map(({ _id }) => _id)
      .toArray();
    if (due.length === 0) return 0;
    const { from } = transitions.DEADLINE_PASSED;
    await orders.updateMany(
      { _id: { $in: due }, state: from },
      intoNextState('DEADLINE_PASSED', now),
      { session },
    );
    await nights.deleteMany({ orderSn: { $in: due } }, { session });
    return due.length;
  });
}

const intoNextState = (
  cause: TransitionCause,
  at: Date,
  also: Partial<OrderDocument> = {},
): UpdateFilter<OrderDocument> => {
  const { to } = transitions[cause];
  return {
    $set: { ...also, state: to },
    $inc: { version: 1 },
    $push: { history: { state: to, at, cause } },
  };
};
