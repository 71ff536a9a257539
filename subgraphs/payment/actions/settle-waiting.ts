import type { OrderStatus } from '../domain/difference.ts';
import type { Payment } from '../domain/payment.ts';
import { providerOf } from '../domain/provider.ts';
import { closeAttempt } from './close-attempt.ts';
import { type CloseAttemptsNeeds, closeAttempts } from './close-attempts.ts';
import { recordPayment } from './record-payment.ts';
import { tryEach } from './try-each.ts';

export type SettleWaitingNeeds = CloseAttemptsNeeds & {
  now(): Promise<Date>;
  /** How long a payment waits before its provider is asked about it, and asked again. */
  queryWaitingAfterMs: number;
  orderStatuses(sns: readonly string[]): Promise<Map<string, OrderStatus>>;
  takeToQuery(since: Date, now: Date, limit: number): Promise<Payment[]>;
};

/** The rest is done in the next run, a second or two later. */
const maxOfRun = 200;

/**
 * Ends the attempts that keep orders waiting, and asks the providers about payments that wait for
 * long.
 */
export async function settleWaiting(needs: SettleWaitingNeeds): Promise<number> {
  return (await closeAttempts(needs)) + (await queryProviders(needs));
}

/**
 * An attempt that does not keep its order waiting, and whose order is over, is closed: it never got
 * a hold of the order.
 */
async function queryProviders(needs: SettleWaitingNeeds): Promise<number> {
  const now = await needs.now();
  const since = new Date(now.getTime() - needs.queryWaitingAfterMs);
  const due = await needs.takeToQuery(since, now, maxOfRun);
  if (due.length === 0) return 0;
  const orders = await needs.orderStatuses(due.map(({ orderSn }) => orderSn));
  return tryEach(needs.log, due, async (payment) => {
    if (!orders.get(payment.orderSn)?.payable) return closeAttempt(needs, payment);
    const provider = providerOf(needs.providers, payment.method);
    if (provider) await recordPayment(needs, payment, await provider.query(payment));
  });
}
