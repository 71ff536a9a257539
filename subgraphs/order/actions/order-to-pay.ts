import type { Order } from '../domain/order.ts';
import { canChange } from '../domain/state.ts';

export type OrderToPayNeeds = { now(): Promise<Date>; order(sn: string): Promise<Order | null> };

/** What the payment service needs to know of an order; null if there is none. */
export async function orderToPay(needs: OrderToPayNeeds, sn: string) {
  const [order, now] = await Promise.all([needs.order(sn), needs.now()]);
  if (!order) return null;
  const { state, travellerId, snapshot, total, closeAt, checkIn, checkOut } = order;
  return {
    sn,
    payable: canChange(state, 'PAID'),
    travellerId,
    hostId: snapshot.hostId,
    total,
    closeAt,
    description: `${snapshot.title}, ${checkIn} to ${checkOut}`,
    overdue: closeAt <= now,
  };
}
