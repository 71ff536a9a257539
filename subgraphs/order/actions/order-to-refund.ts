import { dateIn } from '../../../runtime/calendar.ts';
import type { Order } from '../domain/order.ts';
import { shareOn } from '../domain/refund-policy.ts';
import { canChange, isPaid, states } from '../domain/state.ts';

export type OrderToRefundNeeds = { now(): Promise<Date>; order(sn: string): Promise<Order | null> };

/**
 * What the payment service needs to know to give an order's money back; null if there is no such
 * order.
 */
export async function orderToRefund(needs: OrderToRefundNeeds, sn: string) {
  const [order, now] = await Promise.all([needs.order(sn), needs.now()]);
  return order && toRefund(order, now);
}

export type AskToLeaveNeeds = {
  now(): Promise<Date>;
  askToLeave(sn: string, now: Date): Promise<Order | null>;
};

/**
 * The same, and the traveller asks to leave: the moment of the first request decides how much goes
 * back.
 */
export async function askToLeave(needs: AskToLeaveNeeds, sn: string) {
  const now = await needs.now();
  const order = await needs.askToLeave(sn, now);
  return order && toRefund(order, now);
}

const toRefund = (order: Order, now: Date) => {
  const { sn, state, travellerId, snapshot, checkIn, leaveAskedAt = now } = order;
  const day = dateIn(snapshot.timeZone, leaveAskedAt);
  return {
    sn,
    leavable: canChange(state, 'REFUNDED'),
    ended: isPaid(state) && !states[state].holdsNights,
    travellerId,
    hostId: snapshot.hostId,
    share: shareOn(snapshot.refundPolicy, checkIn, day),
  };
};
