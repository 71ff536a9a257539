import { expect, test } from '@jest/globals';
import { inNextTurn } from '../../../testing/in-next-turn.ts';
import {
  noLog,
  sampleNow,
  samplePayment,
  sampleProviders,
} from '../../../testing/payment/samples.ts';
import type { Payment } from '../domain/payment.ts';
import type { ProviderPayment } from '../domain/provider.ts';
import { type SettleWaitingNeeds, settleWaiting } from './settle-waiting.ts';

/** Payments that wait for long, of orders of which some still wait to be paid. */
function service(due: Payment[], payable: string[], answer: ProviderPayment) {
  const done: unknown[] = [];
  const called = (name: string) => async (_: unknown) => {
    done.push(name);
    return answer;
  };
  const needs = inNextTurn({
    now: async () => sampleNow,
    queryWaitingAfterMs: 60_000,
    providers: sampleProviders({ query: called('query'), close: called('close') }),
    onlyRunClosing: async <T>(work: () => Promise<T>) => work(),
    attemptsToClose: async () => [],
    takeToQuery: async (...args: unknown[]) => {
      done.push(['take', ...args]);
      return due;
    },
    orderStatuses: async (sns: readonly string[]) => {
      done.push(['orders', ...sns]);
      return new Map(sns.map((sn) => [sn, { payable: payable.includes(sn) }]));
    },
    markPaid: async (sn: string) => Boolean(done.push(`paid ${sn}`)),
    endPayment: async ({ sn, to }: Record<string, string>) => Boolean(done.push(`${to} ${sn}`)),
    log: noLog,
  });
  return { done, run: () => settleWaiting(needs as unknown as SettleWaitingNeeds) };
}

const take = ['take', new Date('2026-12-01T11:59:00.000Z'), sampleNow, 200];
const success = { state: 'SUCCESS', amount: 10_000, currency: 'CNY', paidAt: sampleNow } as const;

test('nothing is asked while no payment has waited for long', async () => {
  const { run, done } = service([], [], { state: 'WAIT' });
  expect(await run()).toBe(0);
  expect(done).toEqual([take]);
});

test('the provider is asked about a payment whose order waits, and its answer is kept', async () => {
  const { run, done } = service([samplePayment()], ['HSO1'], success);
  expect(await run()).toBe(1);
  expect(done).toEqual([take, ['orders', 'HSO1'], 'query', 'paid PMT1']);
});

test('an attempt whose order is over is closed', async () => {
  const other = samplePayment({ sn: 'PMT2', orderSn: 'HSO2' });
  const { run, done } = service([samplePayment(), other], ['HSO2'], { state: 'CLOSED' });
  expect(await run()).toBe(2);
  expect(done.slice(0, 2)).toEqual([take, ['orders', 'HSO1', 'HSO2']]);
  expect(done.slice(2).sort()).toEqual(['CLOSED PMT1', 'CLOSED PMT2', 'close', 'query']);
});

test('a payment whose provider is switched off goes on waiting', async () => {
  const stripe = samplePayment({ method: 'STRIPE' });
  const { run, done } = service([stripe], ['HSO1'], success);
  expect(await run()).toBe(1);
  expect(done).toEqual([take, ['orders', 'HSO1']]);
});
