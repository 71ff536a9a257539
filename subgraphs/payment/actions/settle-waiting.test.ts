import { describe, expect, test } from '@jest/globals';
import { inNextTurn } from '../../../testing/in-next-turn.ts';
import { noLog, samplePayment } from '../../../testing/payment/samples.ts';
import type { Provider, ProviderPayment } from '../domain/provider.ts';
import { type SettleWaitingNeeds, settleWaiting, type ToQuery } from './settle-waiting.ts';

const now = new Date('2026-12-01T12:00:00.000Z');
const wait: ProviderPayment = { state: 'WAIT' };
const closed: ProviderPayment = { state: 'CLOSED' };
const away = new Error('away');

type Given = {
  waiting?: ToQuery[];
  ended?: ToQuery[];
  payable?: boolean;
  query?: ProviderPayment | Error;
  close?: ProviderPayment | Error;
};

/** A service, and what it does, in order. Each payment is taken once. */
function service({ waiting = [], ended = [], payable = true, ...provider }: Given) {
  const done: string[] = [];
  const answer = (name: string, said: ProviderPayment | Error) => async () => {
    done.push(name);
    if (said instanceof Error) throw said;
    return said;
  };
  const sandbox = {
    methods: ['SANDBOX'],
    query: answer('query', provider.query ?? wait),
    close: answer('close', provider.close ?? closed),
  } as unknown as Provider;
  let state = waiting[0]?.payment.state;
  const needs = {
    now: async () => now,
    log: noLog,
    providers: { sandbox },
    queryWaitingAfterMs: 30_000,
    queryEndedAfterMs: 3_600_000,
    attemptsToClose: async () => [],
    closing: { after: '', budgetMs: 3_000 },
    onlyRunClosing: <T>(work: () => Promise<T>) => work(),
    onlyRunQuerying: <T>(work: () => Promise<T>) => work(),
    orderStatuses: async (sns: string[]) => new Map(sns.map((sn) => [sn, { sn, payable }])),
    payment: async () => samplePayment(state ? { state } : {}),
    takeToQuery: async () => waiting.splice(0),
    takeEndedToQuery: async () => ended.splice(0),
    endPayment: async ({ to }: { to: 'CLOSED' | 'FAILED' }) => {
      done.push(to);
      state = to;
      return samplePayment({ state: to });
    },
    markPaid: async () => {
      done.push('paid');
      return samplePayment();
    },
    ...inNextTurn({
      queryLater: async (_: string, failures: number, from: Date) => {
        const wait = (from.getTime() - now.getTime()) / 1_000 + 30;
        done.push(`failed ${failures} times, again after ${wait} s`);
      },
      queryAnswered: async () => void done.push('answered'),
      endedAnswered: async () => void done.push('answered'),
    }),
  } as unknown as SettleWaitingNeeds;
  return { needs, done };
}

/** What one run does. */
async function run(given: Given) {
  const { needs, done } = service(given);
  await settleWaiting(needs);
  return done;
}

const one = (failures = 0, given = {}): ToQuery[] => [{ payment: samplePayment(given), failures }];
const arrived: ProviderPayment = {
  ...{ state: 'SUCCESS', amount: 10_000, currency: 'CNY', paidAt: now },
};

describe('F10, A8: a payment that waits is asked about', () => {
  test.each<[string, Given, string[]]>([
    ['and may wait on', { waiting: one() }, ['query']],
    ['and was paid', { waiting: one(), query: arrived }, ['query', 'paid']],
    ['after a failure too', { waiting: one(1) }, ['query', 'answered']],
    ['after failures too', { waiting: one(3) }, ['query', 'answered']],
    [
      'and again after twice the time if the provider does not answer',
      { waiting: one(), query: away },
      ['query', 'failed 1 times, again after 60 s'],
    ],
    [
      'and twice as long each time',
      { waiting: one(4), query: away },
      ['query', 'failed 5 times, again after 960 s'],
    ],
    [
      'but at least every hour or so',
      { waiting: one(40), query: away },
      ['query', 'failed 41 times, again after 3630 s'],
    ],
    ['and is closed if its order is over', { waiting: one(), payable: false }, ['close', 'CLOSED']],
    [
      'and waits longer each time if it cannot be closed yet',
      { waiting: one(1), payable: false, close: wait },
      ['close', 'failed 2 times, again after 120 s'],
    ],
  ])('%s', async (_, given, done) => {
    expect(await run(given)).toEqual(done);
  });
});

describe('A6: an attempt that ended without money is asked about once more', () => {
  const ended = () => one(0, { state: 'CLOSED' });
  test.each<[string, Given, string[]]>([
    ['and had ended there too', { ended: ended(), query: closed }, ['query', 'CLOSED', 'answered']],
    [
      'and is not known there',
      { ended: ended(), query: { state: 'UNKNOWN' } },
      ['query', 'answered'],
    ],
    ['and was paid', { ended: ended(), query: arrived }, ['query', 'paid', 'answered']],
    [
      'and is closed if it is open there',
      { ended: ended() },
      ['query', 'close', 'CLOSED', 'answered'],
    ],
    [
      'and later if it cannot be closed yet',
      { ended: ended(), close: wait },
      ['query', 'close', 'failed 1 times, again after 60 s'],
    ],
    [
      'and was paid before it could be closed',
      { ended: ended(), close: arrived },
      ['query', 'close', 'paid', 'answered'],
    ],
    [
      'and later if the provider does not answer',
      { ended: ended(), query: away },
      ['query', 'failed 1 times, again after 60 s'],
    ],
  ])('%s', async (_, given, done) => {
    expect(await run(given)).toEqual(done);
  });
});

test('a run returns how many attempts have ended and how many questions were answered', async () => {
  const ended = one(0, { state: 'CLOSED' });
  const { needs } = service({ waiting: one(), ended, query: closed });
  const attempts = [{ orderSn: 'HSO9', paymentSn: 'PMT9' }];
  const closing: Partial<SettleWaitingNeeds> = {
    attemptsToClose: async () => attempts.splice(0),
    attemptRetries: { isDue: () => true, failed() {}, succeeded() {} },
    payment: async () => null,
    releaseOrderFromPayment: async () => {},
  };
  expect(await settleWaiting({ ...needs, ...closing })).toBe(3);
});

test('a run while another one asks asks nothing', async () => {
  const { needs, done } = service({ waiting: one() });
  expect(await settleWaiting({ ...needs, onlyRunQuerying: async () => null })).toBe(0);
  expect(done).toEqual([]);
});

test('a run takes 20 payments at a time, and 200 at most', async () => {
  const limits: number[] = [];
  const take = async (limit: number): Promise<ToQuery[]> => {
    limits.push(limit);
    return Array.from({ length: limit }, () => one()).flat();
  };
  const { needs } = service({ query: closed });
  const takeToQuery = (_since: Date, _now: Date, limit: number) => take(limit);
  await settleWaiting({ ...needs, takeToQuery });
  expect(limits).toEqual(Array(10).fill(20));
});

test('an answer that cannot be stored is asked for again', async () => {
  const { needs, done } = service({ ended: one(0, { state: 'CLOSED' }), query: arrived });
  const markPaid = () => Promise.reject(new Error('no database'));
  await settleWaiting({ ...needs, markPaid });
  expect(done).toEqual(['query', 'failed 1 times, again after 60 s']);
});

test('asked about is what was not asked about for 30 seconds, and what ended an hour ago', async () => {
  const taken: Date[][] = [];
  const { needs } = service({});
  const takeToQuery = async (since: Date, at: Date) => {
    taken.push([since, at]);
    return [];
  };
  const takeEndedToQuery = async (before: Date, since: Date, at: Date) => {
    taken.push([before, since, at]);
    return [];
  };
  await settleWaiting({ ...needs, takeToQuery, takeEndedToQuery });
  const ago = (ms: number) => new Date(now.getTime() - ms);
  expect(taken).toEqual([
    [ago(30_000), now],
    [ago(3_600_000), ago(30_000), now],
  ]);
});
