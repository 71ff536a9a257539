import DataLoader from 'dataloader';
import type { Needs } from '../actions/needs.ts';
import type { Payment } from '../domain/payment.ts';
import type { Refund } from '../domain/refund.ts';

export type Loaders = ReturnType<typeof createLoaders>;

/** Loaders of one request: whatever it asks for, each collection is read once for all of it. */
export const createLoaders = (payments: Needs['payments'], refunds: Needs['refunds']) => ({
  payments: new DataLoader<string, Payment | undefined>(async (sns) => {
    const found = new Map((await payments.findMany(sns)).map((payment) => [payment.sn, payment]));
    return sns.map((sn) => found.get(sn));
  }),
  refunds: new DataLoader<string, Refund | undefined>(async (sns) => {
    const found = new Map((await refunds.findMany(sns)).map((refund) => [refund.sn, refund]));
    return sns.map((sn) => found.get(sn));
  }),
  /** All payments of an order, the latest first. */
  paymentsOfOrder: new DataLoader<string, Payment[]>(async (orderSns) =>
    groupByOrder(orderSns, await payments.ofOrders(orderSns)),
  ),
  /** All refunds of an order, the oldest first. */
  refundsOfOrder: new DataLoader<string, Refund[]>(async (orderSns) =>
    groupByOrder(orderSns, await refunds.ofOrders(orderSns)),
  ),
});

function groupByOrder<Item extends { orderSn: string }>(
  orderSns: readonly string[],
  items: Item[],
): Item[][] {
  const groups = new Map<string, Item[]>(orderSns.map((sn) => [sn, []]));
  for (const item of items) groups.get(item.orderSn)?.push(item);
  return orderSns.map((sn) => groups.get(sn) as Item[]);
}
