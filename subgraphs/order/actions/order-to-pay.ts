import type { Order } from '../domain/order.ts';

export type OrderToPayNeeds = { now(): Promise<Date>; order(sn: string): Promise<Order | null> };

/** What the payment service must know of an order; null where there is none. */
export async function orderToPay(needs: OrderToPayNeeds, sn: string) {
  const [order, now] = await Promise.all([needs.order(sn), needs.now()]);
  if (!order) return null;
  const { state, travellerId, snapshot, total, closeAt, checkIn, checkOut } = order;
  return {
    sn,
    state,
    travellerId,
    hostId: snapshot.hostId,
    total,
    closeAt,
    description: `${snapshot.title}, ${checkIn} to ${checkOut}`,
    overdue: closeAt <= now,
  };
}
