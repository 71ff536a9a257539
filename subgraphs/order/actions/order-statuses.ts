import { clientError } from '../../../runtime/errors.ts';
import type { Order } from '../domain/order.ts';
import { canChange, isPaid, states } from '../domain/state.ts';

export type OrderStatusesNeeds = { ordersBySn(sns: readonly string[]): Promise<Order[]> };
export type PaidOrdersNeeds = {
  paidSince(since: Date, after: string, limit: number): Promise<Order[]>;
};

const maxOrders = 500;

/** How these orders stand, to compare them with their payments. */
export async function orderStatuses(needs: OrderStatusesNeeds, sns: readonly string[]) {
  if (sns.length > maxOrders)
    throw clientError('BAD_USER_INPUT', `One request can name ${maxOrders} orders at most.`);
  return (await needs.ordersBySn(sns)).map(statusOf);
}

/** One page of the orders placed since then that were ever paid. */
export const paidOrders = async (needs: PaidOrdersNeeds, since: Date, after: string) =>
  (await needs.paidSince(since, after, maxOrders)).map(statusOf);

const statusOf = ({ sn, state, paymentSn, refundSn, createdAt, history }: Order) => ({
  sn,
  payable: canChange(state, 'PAID'),
  usable: canChange(state, 'CHECKED_IN'),
  ended: isPaid(state) && !states[state].holdsNights,
  paymentSn: paymentSn ?? null,
  refundSn: refundSn ?? null,
  since: history.at(-1)?.at ?? createdAt,
});
