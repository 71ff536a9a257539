import { clientError } from '../../../runtime/errors.ts';
import type { Order } from '../domain/order.ts';

export type OrderStandingsNeeds = {
  ordersBySn(sns: readonly string[]): Promise<Order[]>;
  paidSince(since: Date, after: string, limit: number): Promise<Order[]>;
};

const maxOrders = 500;

/** How these orders stand, for comparison with their payments. */
export async function orderStandings(needs: OrderStandingsNeeds, sns: readonly string[]) {
  if (sns.length > maxOrders)
    throw clientError('BAD_USER_INPUT', `At most ${maxOrders} orders can be asked about.`);
  return (await needs.ordersBySn(sns)).map(standingOf);
}

/** The orders placed since then that were ever paid, one page of them. */
export async function paidOrders(needs: OrderStandingsNeeds, since: Date, after: string) {
  return (await needs.paidSince(since, after, maxOrders)).map(standingOf);
}

const standingOf = ({ sn, state, paymentSn, createdAt, history }: Order) => ({
  sn,
  state,
  paymentSn: paymentSn ?? null,
  since: history.at(-1)?.at ?? createdAt,
});
