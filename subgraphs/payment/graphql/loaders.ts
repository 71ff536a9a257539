import DataLoader from 'dataloader';
import type { OrderStatus } from '../domain/difference.ts';
import type { Payment } from '../domain/payment.ts';
import type { Refund } from '../domain/refund.ts';

export type LoadersNeeds = {
  paymentsBySn(sns: readonly string[]): Promise<Payment[]>;
  refundsBySn(sns: readonly string[]): Promise<Refund[]>;
  paymentsOfOrders(orderSns: readonly string[]): Promise<Payment[]>;
  refundsOfOrders(orderSns: readonly string[]): Promise<Refund[]>;
  orderStatuses(sns: readonly string[]): Promise<Map<string, OrderStatus>>;
};

export type Loaders = ReturnType<typeof createLoaders>;

/** The loaders of one request. They read each collection once for the whole request. */
export const createLoaders = (needs: LoadersNeeds) => ({
  payments: bySn(needs.paymentsBySn),
  refunds: bySn(needs.refundsBySn),
  /** All payments of an order, newest first. */
  paymentsOfOrder: byOrder(needs.paymentsOfOrders),
  /** All refunds of an order, oldest first. */
  refundsOfOrder: byOrder(needs.refundsOfOrders),
  /** Whether the order service has an order. */
  hasOrder: new DataLoader<string, boolean>(
    async (sns) => {
      const known = await needs.orderStatuses(sns);
      return sns.map((sn) => known.has(sn));
    },
    { maxBatchSize: maxOrders },
  ),
});

/** The order service answers about so many at once. */
const maxOrders = 500;

const bySn = <Item extends { sn: string }>(read: (sns: readonly string[]) => Promise<Item[]>) =>
  new DataLoader<string, Item | null>(async (sns) => {
    const found = new Map((await read(sns)).map((item) => [item.sn, item]));
    return sns.map((sn) => found.get(sn) ?? null);
  });

const byOrder = <Item extends { orderSn: string }>(
  read: (orderSns: readonly string[]) => Promise<Item[]>,
) =>
  new DataLoader<string, Item[]>(async (orderSns) => {
    const groups = new Map<string, Item[]>(orderSns.map((sn) => [sn, []]));
    for (const item of await read(orderSns)) groups.get(item.orderSn)?.push(item);
    return orderSns.map((sn) => groups.get(sn) ?? []);
  });
