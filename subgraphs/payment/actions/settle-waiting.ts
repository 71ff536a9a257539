import type { OrderStatus } from '../domain/difference.ts';
import type { Payment } from '../domain/payment.ts';
import { providerOf } from '../domain/provider.ts';
import { type CloseAttemptNeeds, closeAttempt } from './close-attempt.ts';
import { recordPayment } from './record-payment.ts';
import { tryEach } from './try-each.ts';

export type SettleWaitingNeeds = CloseAttemptNeeds & {
  now(): Promise<Date>;
  /** How long a payment waits before its provider is asked about it, and asked again. */
  queryWaitingAfterMs: number;
  waitingPayments(after: string, limit: number): Promise<Payment[]>;
  orderStatuses(sns: readonly string[]): Promise<Map<string, OrderStatus>>;
  takeToQuery(since: Date, now: Date, limit: number): Promise<Payment[]>;
};

const pageSize = 500;
/** The rest is done in the next run, a second or two later. */
const maxOfRun = 200;

/** Closes the attempts of orders that no longer wait to be paid, and asks the providers about payments that wait for long. */
export async function settleWaiting(needs: SettleWaitingNeeds): Promise<number> {
  return (await closeAttempts(needs)) + (await queryProviders(needs));
}

async function closeAttempts(needs: SettleWaitingNeeds): Promise<number> {
  let closed = 0;
  for (let after = ''; ; ) {
    const page = await needs.waitingPayments(after, pageSize);
    if (page.length === 0) return closed;
    const orders = await needs.orderStatuses(page.map(({ orderSn }) => orderSn));
    const ended = page.filter(({ orderSn }) => !orders.get(orderSn)?.payable);
    closed += await tryEach(needs.log, ended, (payment) => closeAttempt(needs, payment));
    if (closed >= maxOfRun) return closed;
    after = page.at(-1)?.sn ?? '';
  }
}

async function queryProviders(needs: SettleWaitingNeeds): Promise<number> {
  const now = await needs.now();
  const since = new Date(now.getTime() - needs.queryWaitingAfterMs);
  const due = await needs.takeToQuery(since, now, maxOfRun);
  return tryEach(needs.log, due, async (payment) => {
    const provider = providerOf(needs.providers, payment.method);
    if (provider) await recordPayment(needs, payment, await provider.query(payment));
  });
}
