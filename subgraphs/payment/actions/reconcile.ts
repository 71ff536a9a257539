import { type Difference, differenceOf, orderDifferenceOf } from '../domain/difference.ts';
import type { Needs } from './needs.ts';

export type Found = { difference: Difference; paymentSn: string | null; orderSn: string };

const pageSize = 500;
const windowMs = 48 * 3_600_000;
/** What is younger may still be on its way from one service to the other. */
const graceMs = 30_000;

/** Compares the payments and the paid orders of the last two days with each other, both ways. Changes nothing. */
export async function reconcile(needs: Needs): Promise<Found[]> {
  const at = await needs.now();
  const now = at.getTime();
  const [since, settledBy] = [new Date(now - windowMs), new Date(now - graceMs)];
  return [
    ...(await paymentsAgainstOrders(needs, since, at)),
    ...(await ordersAgainstPayments(needs, since, settledBy)),
  ];
}

async function paymentsAgainstOrders(needs: Needs, since: Date, now: Date): Promise<Found[]> {
  const settledBy = new Date(now.getTime() - graceMs);
  const found: Found[] = [];
  for (let after = ''; ; ) {
    const page = await needs.payments.paidSince(since, after, pageSize);
    const orders = await needs.orders.standings(page.map(({ orderSn }) => orderSn));
    for (const payment of page) {
      const order = orders.get(payment.orderSn);
      const settled = payment.changedAt <= settledBy && (!order || order.since <= settledBy);
      const difference = settled && differenceOf(payment, order, now);
      if (difference) found.push({ difference, paymentSn: payment.sn, orderSn: payment.orderSn });
    }
    if (page.length < pageSize) return found;
    after = page.at(-1)?.sn ?? '';
  }
}

async function ordersAgainstPayments(needs: Needs, since: Date, settledBy: Date): Promise<Found[]> {
  const found: Found[] = [];
  for (let after = ''; ; ) {
    const page = await needs.orders.paid(since, after);
    const sns = page.flatMap(({ paymentSn }) => paymentSn ?? []);
    const payments = new Map(
      (await needs.payments.findMany(sns)).map((payment) => [payment.sn, payment]),
    );
    for (const { sn: orderSn, paymentSn, since: changedAt } of page) {
      const difference = changedAt <= settledBy && orderDifferenceOf(payments.get(paymentSn ?? ''));
      if (difference) found.push({ difference, paymentSn, orderSn });
    }
    if (page.length < pageSize) return found;
    after = page.at(-1)?.sn ?? '';
  }
}
