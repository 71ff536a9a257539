import { dateIn } from '../../../runtime/calendar.ts';
import type { Order } from '../domain/order.ts';
import { type RefundTerm, termOn } from '../domain/refund-policy.ts';
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

/** What an order's traveller gets back who leaves now; null if they can't leave. */
export function leaveOffer(
  order: Order,
  now: Date,
): { share: number; until: string | null } | null {
  if (!canChange(order.state, 'REFUNDED')) return null;
  const term = termOf(order, now);
  // A rule of 0 percent gives nothing back, as if there were none.
  return term && term.share > 0 ? term : { share: 0, until: null };
}

/** The term of the policy that counts: that of the first request to leave. */
export const termOf = (
  { snapshot, checkIn, leaveAskedAt }: Order,
  now: Date,
): RefundTerm | undefined =>
  termOn(snapshot.refundPolicy, checkIn, dateIn(snapshot.timeZone, leaveAskedAt ?? now));

const toRefund = (order: Order, now: Date) => {
  const { sn, state, travellerId, snapshot } = order;
  return {
    sn,
    leavable: canChange(state, 'REFUNDED'),
    ended: isPaid(state) && !states[state].holdsNights,
    travellerId,
    hostId: snapshot.hostId,
    share: termOf(order, now)?.share ?? 0,
  };
};
