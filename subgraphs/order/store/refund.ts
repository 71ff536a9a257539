import type { Order } from '../domain/order.ts';
import type { OrderState } from '../domain/state.ts';
import { type Collections, toOrder } from './documents.ts';

/** Lets a refund hold an unused order: nobody is checked in until it has ended. False where it can't, or another one does. */
export async function holdForRefund(
  { orders }: Collections,
  sn: string,
  refundSn: string,
): Promise<boolean> {
  const free = [{ refundSn: { $exists: false } }, { refundSn }];
  const held = await orders.updateOne(
    { _id: sn, state: 'WAIT_USE', $or: free },
    { $set: { refundSn } },
  );
  return held.matchedCount === 1;
}

/** A refund came to nothing: the order can be used again. */
export async function releaseFromRefund(
  { orders }: Collections,
  sn: string,
  refundSn: string,
): Promise<void> {
  await orders.updateOne({ _id: sn, state: 'WAIT_USE', refundSn }, { $unset: { refundSn: '' } });
}

/** Paid orders that no refund holds and whose check-out date is before `date`, or on it, after this serial number. */
export async function unusedUntil(
  { orders }: Collections,
  date: string,
  after: string,
  limit: number,
): Promise<Order[]> {
  const unused = {
    state: 'WAIT_USE' as const,
    checkOut: { $lte: date },
    refundSn: { $exists: false },
  };
  const found = orders.find({ ...unused, _id: { $gt: after } });
  return (await found.sort({ _id: 1 }).limit(limit).toArray()).map(toOrder);
}

const paidStates: OrderState[] = ['WAIT_USE', 'USED', 'REFUNDED', 'EXPIRED'];

/** Orders placed since then that were ever paid, after this serial number. Serial numbers sort by time: older ones are not read. */
export async function paidSince(
  { orders }: Collections,
  since: Date,
  after: string,
  limit: number,
): Promise<Order[]> {
  const oldest = `HSO${since.toISOString().replace(/\D/g, '').slice(0, 14)}`;
  const filter = { _id: { $gt: after > oldest ? after : oldest }, state: { $in: paidStates } };
  return (await orders.find(filter).sort({ _id: 1 }).limit(limit).toArray()).map(toOrder);
}
