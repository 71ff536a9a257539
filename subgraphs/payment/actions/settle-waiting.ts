import type { OrderStatus } from '../domain/difference.ts';
import type { Payment } from '../domain/payment.ts';
import { ProviderUnavailable, providerOf } from '../domain/provider.ts';
import { closeOrThrow } from './close-attempt.ts';
import { type CloseAttemptsNeeds, closeAttempts } from './close-attempts.ts';
import { recordPayment } from './record-payment.ts';
import { tryEach } from './try-each.ts';

/** A payment to ask about, and how often in a row asking has not helped. */
export type ToQuery = { payment: Payment; failures: number };

export type SettleWaitingNeeds = CloseAttemptsNeeds & {
  now(): Promise<Date>;
  /** How long a payment waits before its provider is asked about it, and asked again. */
  queryWaitingAfterMs: number;
  /** How long after its end an attempt without money is asked about once more. */
  queryEndedAfterMs: number;
  orderStatuses(sns: readonly string[]): Promise<Map<string, OrderStatus>>;
  takeToQuery(since: Date, now: Date, limit: number): Promise<ToQuery[]>;
  takeEndedToQuery(before: Date, since: Date, now: Date, limit: number): Promise<ToQuery[]>;
  /** The wait for the next question begins only then. */
  queryLater(sn: string, failures: number, from: Date): Promise<void>;
  /** The question was answered: there is nothing to wait longer for. */
  queryAnswered(sn: string): Promise<void>;
  /** An attempt that has ended is not asked about again. */
  endedAnswered(sn: string): Promise<void>;
  /** Runs work unless it is under way, here or in another process. Null if it is. */
  onlyRunQuerying<T>(work: () => Promise<T>): Promise<T | null>;
};

/** The rest is done in the next run, a second or two later. */
const maxOfRun = 200;
const maxAtOnce = 20;
// Less than a caller waits for an answer.
const budgetMs = 3_000;
const longestWaitMs = 3_600_000;

/**
 * Ends the attempts that keep orders waiting, and asks the providers about payments that wait for
 * long, and once more about attempts that ended without money.
 */
export async function settleWaiting(needs: SettleWaitingNeeds): Promise<number> {
  return (await closeAttempts(needs)) + ((await needs.onlyRunQuerying(() => query(needs))) ?? 0);
}

async function query(needs: SettleWaitingNeeds): Promise<number> {
  const waiting = (since: Date, now: Date) => needs.takeToQuery(since, now, maxAtOnce);
  const ended = (since: Date, now: Date) => {
    const before = new Date(now.getTime() - needs.queryEndedAfterMs);
    return needs.takeEndedToQuery(before, since, now, maxAtOnce);
  };
  return (
    (await queryAll(needs, waiting, queryWaiting)) + (await queryAll(needs, ended, queryEnded))
  );
}

type Take = (since: Date, now: Date) => Promise<ToQuery[]>;
type Ask = (needs: SettleWaitingNeeds, payments: Payment[]) => Promise<AskOne>;
/** Asks about one payment. @throws if that did not help, so that it is asked about later */
type AskOne = (payment: Payment) => Promise<unknown>;

/** Those that were asked about the longest ago come first. */
async function queryAll(needs: SettleWaitingNeeds, take: Take, ask: Ask): Promise<number> {
  const end = performance.now() + budgetMs;
  const now = await needs.now();
  // What is asked about in this run is not due again in it.
  const since = new Date(now.getTime() - needs.queryWaitingAfterMs);
  let answered = 0;
  for (let taken = 0; taken < maxOfRun && performance.now() < end; ) {
    const some = await take(since, now);
    if (some.length === 0) break;
    taken += some.length;
    const askOne = await ask(
      needs,
      some.map(({ payment }) => payment),
    );
    answered += await tryEach(needs.log, some, (one) => queryOrLater(needs, one, askOne, now));
  }
  return answered;
}

async function queryOrLater(
  needs: SettleWaitingNeeds,
  { payment, failures }: ToQuery,
  ask: AskOne,
  now: Date,
): Promise<void> {
  const { sn } = payment;
  try {
    await ask(payment);
    if (failures > 0) await needs.queryAnswered(sn);
  } catch (error) {
    const more = Math.min(needs.queryWaitingAfterMs * (2 ** (failures + 1) - 1), longestWaitMs);
    await needs.queryLater(sn, failures + 1, new Date(now.getTime() + more));
    throw error;
  }
}

/**
 * An attempt that does not keep its order waiting, and whose order is over, is closed: it never got
 * a hold of the order.
 */
async function queryWaiting(needs: SettleWaitingNeeds, payments: Payment[]): Promise<AskOne> {
  const orders = await needs.orderStatuses(payments.map(({ orderSn }) => orderSn));
  return async (payment) => {
    if (orders.get(payment.orderSn)?.payable)
      return recordPayment(needs, payment, await providerFor(needs, payment).query(payment));
    await closeOrThrow(needs, payment);
  };
}

/**
 * A process that ended between closing an attempt and beginning it may have left something there
 * that can be paid, and its webhook may have been lost.
 */
const queryEnded =
  async (needs: SettleWaitingNeeds): Promise<AskOne> =>
  async (payment) => {
    const provider = providerFor(needs, payment);
    const said = await provider.query(payment);
    const ended = said.state === 'WAIT' ? await provider.close(payment) : said;
    if (ended.state === 'WAIT')
      throw new ProviderUnavailable(`payment ${payment.sn} cannot be closed yet`);
    await recordPayment(needs, payment, ended);
    await needs.endedAnswered(payment.sn);
  };

function providerFor(needs: SettleWaitingNeeds, { sn, method }: Payment) {
  const provider = providerOf(needs.providers, method);
  if (!provider)
    throw new ProviderUnavailable(`payment ${sn} is asked about, but ${method} is switched off`);
  return provider;
}
