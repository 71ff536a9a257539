import {
  type Difference,
  differenceOf,
  type OrderStatus,
  orderDifferenceOf,
} from '../domain/difference.ts';
import type { Payment } from '../domain/payment.ts';

export type ReconcileNeeds = {
  now(): Promise<Date>;
  paidPayments(since: Date, after: string, limit: number): Promise<Payment[]>;
  paymentsBySn(sns: readonly string[]): Promise<Payment[]>;
  orderStatuses(sns: readonly string[]): Promise<Map<string, OrderStatus>>;
  paidOrders(since: Date, after: string): Promise<OrderStatus[]>;
  reportDifferences(found: readonly Found[]): void;
};

export type Found = { difference: Difference; paymentSn: string | null; orderSn: string };

const pageSize = 500;
const windowMs = 48 * 3_600_000;
/** What is younger may still be on its way from one service to the other. */
const graceMs = 30_000;

/** Compares the payments and the paid orders of the last two days with each other. Changes nothing. Returns how many differ. */
export async function reconcile(needs: ReconcileNeeds): Promise<number> {
  const now = await needs.now();
  const since = new Date(now.getTime() - windowMs);
  const payments = await everyPage((after) => needs.paidPayments(since, after, pageSize));
  const orders = await everyPage((after) => needs.paidOrders(since, after));
  const found = [
    ...(await paymentsAgainstOrders(needs, payments, now)),
    ...(await ordersAgainstPayments(needs, orders, now)),
  ];
  needs.reportDifferences(found);
  return found.length;
}

const isSettled = (changedAt: Date, now: Date): boolean =>
  now.getTime() - changedAt.getTime() >= graceMs;

async function paymentsAgainstOrders(
  needs: ReconcileNeeds,
  payments: readonly Payment[],
  now: Date,
): Promise<Found[]> {
  const found: Found[] = [];
  for (const page of pagesOf(payments)) {
    const orders = await needs.orderStatuses(page.map(({ orderSn }) => orderSn));
    for (const payment of page) {
      const order = orders.get(payment.orderSn) ?? null;
      if (!isSettled(payment.changedAt, now) || (order && !isSettled(order.since, now))) continue;
      const difference = differenceOf(payment, order, now);
      if (difference) found.push({ difference, paymentSn: payment.sn, orderSn: payment.orderSn });
    }
  }
  return found;
}

async function ordersAgainstPayments(
  needs: ReconcileNeeds,
  orders: readonly OrderStatus[],
  now: Date,
): Promise<Found[]> {
  const found: Found[] = [];
  for (const page of pagesOf(orders)) {
    const sns = page.flatMap(({ paymentSn }) => paymentSn ?? []);
    const payments = new Map((await needs.paymentsBySn(sns)).map((one) => [one.sn, one]));
    for (const { sn: orderSn, paymentSn, since } of page) {
      const difference =
        isSettled(since, now) && orderDifferenceOf(payments.get(paymentSn ?? '') ?? null);
      if (difference) found.push({ difference, paymentSn, orderSn });
    }
  }
  return found;
}

/** Reads page after page, each after the serial number that the last one ended with. */
async function everyPage<Item extends { sn: string }>(
  read: (after: string) => Promise<Item[]>,
): Promise<Item[]> {
  const all: Item[] = [];
  for (let page = await read(''); page.length > 0; page = await read(page.at(-1)?.sn ?? ''))
    all.push(...page);
  return all;
}

const pagesOf = <Item>(items: readonly Item[]): Item[][] =>
  Array.from({ length: Math.ceil(items.length / pageSize) }, (_, page) =>
    items.slice(page * pageSize, (page + 1) * pageSize),
  );
