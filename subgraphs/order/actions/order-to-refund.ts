import type { Order } from '../domain/order.ts';
import { shareOn } from '../domain/refund-policy.ts';
import { canChange } from '../domain/state.ts';
import { dateIn } from '../domain/stay.ts';

export type OrderToRefundNeeds = { now(): Promise<Date>; order(sn: string): Promise<Order | null> };

/** What the payment service needs to know to give an order's money back; null if there is no such order. */
export async function orderToRefund(needs: OrderToRefundNeeds, sn: string) {
  const [order, now] = await Promise.all([needs.order(sn), needs.now()]);
  if (!order) return null;
  const { state, travellerId, snapshot, checkIn } = order;
  const today = dateIn(snapshot.timeZone, now);
  return {
    sn,
    leavable: canChange(state, 'REFUNDED'),
    travellerId,
    hostId: snapshot.hostId,
    share: shareOn(snapshot.refundPolicy, checkIn, today),
  };
}
