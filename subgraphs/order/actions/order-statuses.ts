import { addDays } from '../../../runtime/calendar.ts';
import { clientError } from '../../../runtime/errors.ts';
import type { Order } from '../domain/order.ts';
import { canChange, isPaid, states } from '../domain/state.ts';
import type { Stay } from '../domain/stay.ts';
import { termOf } from './order-to-refund.ts';

type OrderedNights = Pick<Order, 'sn' | 'homestayId'> & Stay;

type StatusNeeds = {
  now(): Promise<Date>;
  /** How many of its nights each of these orders holds, by serial number. */
  nightsHeldBy(orders: readonly OrderedNights[]): Promise<ReadonlyMap<string, number>>;
};
export type OrderStatusesNeeds = StatusNeeds & {
  ordersBySn(sns: readonly string[]): Promise<Order[]>;
};
export type PaidOrdersNeeds = StatusNeeds & {
  paidSince(since: Date, after: string, limit: number): Promise<Order[]>;
  limits: { closeAfterMs: number };
  /** How long a payment attempt without an answer keeps its order open. */
  holdUnansweredForMs: number;
};

const maxOrders = 500;

/** How these orders stand, to compare them with their payments. */
export async function orderStatuses(needs: OrderStatusesNeeds, sns: readonly string[]) {
  if (sns.length > maxOrders)
    throw clientError('BAD_USER_INPUT', `One request can name ${maxOrders} orders at most.`);
  return statusesOf(needs, await needs.ordersBySn(sns));
}

/**
 * One page of the orders that may have been paid since then. They are found by when they were
 * placed, and an order is paid as long after that as it stays open.
 */
export async function paidOrders(needs: PaidOrdersNeeds, since: Date, after: string) {
  const longestOpenMs = needs.limits.closeAfterMs + needs.holdUnansweredForMs;
  const placedSince = new Date(since.getTime() - longestOpenMs);
  return statusesOf(needs, await needs.paidSince(placedSince, after, maxOrders));
}

async function statusesOf(needs: StatusNeeds, orders: readonly Order[]) {
  const today = (await needs.now()).toISOString().slice(0, 10);
  // Nights of the past are forgotten with the orders of long ago.
  const yesterday = addDays(today, -1);
  const current = orders.filter(({ checkOut }) => checkOut > yesterday);
  const held = current.length > 0 ? await needs.nightsHeldBy(current) : new Map<string, number>();
  const known = new Set(current);
  return orders.map((order) => {
    const nightsHeld = held.get(order.sn) ?? 0;
    const nightsDue = known.has(order) && states[order.state].holdsNights ? order.nights : 0;
    return { ...statusOf(order), nightsHeld, nightsDue };
  });
}

const statusOf = (order: Order) => {
  const { sn, state, paymentSn, refundSn, createdAt, closeAt, history } = order;
  const last = history.at(-1);
  const since = last?.at ?? createdAt;
  const ended = isPaid(state) && !states[state].holdsNights;
  return {
    sn,
    payable: canChange(state, 'PAID'),
    usable: canChange(state, 'CHECKED_IN'),
    ended,
    paymentSn: (isPaid(state) && paymentSn) || null,
    refundSn: refundSn ?? null,
    since,
    shareOwed: ended ? shareOwed(order, since) : null,
    missedDeadline: last?.cause === 'DEADLINE_PASSED' ? closeAt : null,
  };
};

/** How much of the price at least goes back if a stay ends, in percent. */
const shareOwed = (order: Order, endedAt: Date): number =>
  order.history.at(-1)?.cause === 'ENDED_AFTER_REFUNDS'
    ? 100
    : (termOf(order, endedAt)?.share ?? 0);
