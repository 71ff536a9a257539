import { describe, expect, test } from '@jest/globals';
import { inNextTurn } from '../../../testing/in-next-turn.ts';
import { noLog, sampleNow, samplePaid, sampleRefund } from '../../../testing/payment/samples.ts';
import {
  type Provider,
  type ProviderRefund,
  ProviderRefused,
  ProviderUnavailable,
} from '../domain/provider.ts';
import type { Refund } from '../domain/refund.ts';
import { type ProcessRefundNeeds, processRefund } from './process-refund.ts';

type Said = ProviderRefund['state'] | Error;

/** A provider that answers like this to a request for a refund, and to a question about it. */
const provider = (refund: Said, query: Said = 'UNKNOWN', asked: string[] = []) => {
  const answer = (name: string, said: Said) => async () => {
    asked.push(name);
    if (said instanceof Error) throw said;
    return { state: said };
  };
  const answers = { refund: answer('refund', refund), queryRefund: answer('query', query) };
  return { sandbox: { methods: ['SANDBOX'], ...answers } as unknown as Provider };
};

/** Runs one step of a refund. Returns what it did, in order. */
async function steps(refund: Partial<Refund> | null, given: Partial<ProcessRefundNeeds> = {}) {
  const done: string[] = [];
  const stored = refund && sampleRefund(refund);
  const needs: ProcessRefundNeeds = inNextTurn({
    now: async () => sampleNow,
    providers: {},
    refundLeaseMs: 30_000,
    payment: async () => samplePaid(),
    refund: async () => stored,
    refundsOfOrders: async () => [],
    moveRefund: async (_, to) => done.push(to),
    endRefund: async ({ to, lease, now }) => {
      expect(now).toBe(sampleNow);
      done.push(lease ? `${to} under the lease` : to);
      return sampleRefund({ state: to });
    },
    takeRefund: async (_, __, until) => {
      done.push(`taken until ${until.toISOString().slice(14, 19)}`);
      return stored && { ...stored, attempts: stored.attempts + 1 };
    },
    retryRefundAt: async (_, __, at) =>
      void done.push(`again at ${at.toISOString().slice(14, 19)}`),
    markOrderToldOfRefund: async (sn, state) => void done.push(`told of ${sn}: ${state}`),
    holdOrderForRefund: async ({ refundSn }) => {
      done.push(`hold for ${refundSn}`);
      return 'ACCEPTED';
    },
    endOrderRefund: async ({ refundSn, succeeded }) =>
      void done.push(`end ${refundSn} ${succeeded}`),
    log: noLog,
    ...given,
  });
  await processRefund(needs, 'RFD1').catch((error) => done.push(error.message));
  return done;
}

const taken = 'taken until 00:30';
const approved = { state: 'APPROVED' as const };
const sent = { state: 'SENT' as const };

test('there is nothing to do for a refund that is unknown, settled and told, or not due', async () => {
  expect(await steps(null)).toEqual([]);
  expect(await steps({ state: 'SUCCESS', open: false, orderTold: true })).toEqual([]);
  const later = new Date(sampleNow.getTime() + 1);
  expect(await steps({ ...approved, nextTryAt: later })).toEqual([]);
});

test('somebody else who has taken it does it', async () => {
  expect(await steps(approved, { takeRefund: async () => null })).toEqual([]);
});

test('a refund whose provider is switched off waits longer each time, like any other', async () => {
  expect(await steps({ ...approved, attempts: 3 })).toEqual([
    taken,
    'again at 00:08',
    'the provider of refund RFD1 is switched off',
  ]);
});

describe('the provider answers', () => {
  const unavailable = new ProviderUnavailable('not now');
  const refused = new ProviderRefused('no');
  test.each<[string, Partial<Refund>, Said, Said, string[], string[]]>([
    [
      'that the money went back',
      approved,
      'SUCCESS',
      'UNKNOWN',
      ['refund'],
      ['SUCCESS under the lease'],
    ],
    ['that it failed', approved, 'FAILED', 'UNKNOWN', ['refund'], ['FAILED under the lease']],
    ['that it waits', approved, 'WAIT', 'UNKNOWN', ['refund'], ['SENT', 'again at 00:01']],
    ['nothing', approved, unavailable, 'UNKNOWN', ['refund'], ['again at 00:01']],
    [
      'no, and does not know the refund',
      approved,
      refused,
      'UNKNOWN',
      ['refund', 'query'],
      ['FAILED under the lease'],
    ],
    [
      'no, for it is done',
      approved,
      refused,
      'SUCCESS',
      ['refund', 'query'],
      ['SUCCESS under the lease'],
    ],
    [
      'no, and then nothing',
      approved,
      refused,
      unavailable,
      ['refund', 'query'],
      ['again at 00:01'],
    ],
    ['a question: done', sent, 'WAIT', 'SUCCESS', ['query'], ['SUCCESS under the lease']],
    ['a question: failed', sent, 'WAIT', 'FAILED', ['query'], ['FAILED under the lease']],
    ['a question: waits', sent, 'SUCCESS', 'WAIT', ['query'], ['SENT', 'again at 00:01']],
    [
      'a question: unknown',
      sent,
      'SUCCESS',
      'UNKNOWN',
      ['query', 'refund'],
      ['SUCCESS under the lease'],
    ],
    ['no question', sent, 'SUCCESS', unavailable, ['query'], ['again at 00:01']],
  ])('%s', async (_, refund, toRefund, toQuery, asked, done) => {
    const calls: string[] = [];
    const providers = provider(toRefund, toQuery, calls);
    expect(await steps(refund, { providers })).toEqual([taken, ...done]);
    expect(calls).toEqual(asked);
  });

  test('a fault of ours is thrown after the refund is given back', async () => {
    const providers = provider(new TypeError('a fault'));
    expect(await steps(approved, { providers })).toEqual([taken, 'again at 00:01', 'a fault']);
  });

  test('no, which cannot be stored: the refund is tried again', async () => {
    const providers = provider(refused);
    const endRefund = () => Promise.reject(new Error('no database'));
    const done = [taken, 'again at 00:01', 'no database'];
    expect(await steps(approved, { providers, endRefund })).toEqual(done);
  });

  test('money is sent back in the currency that arrived', async () => {
    const sentTo: unknown[] = [];
    const providers = provider('WAIT');
    (providers.sandbox as Provider).refund = async ({ payment, ...rest }) => {
      sentTo.push([payment.amount, payment.currency, rest]);
      return { state: 'WAIT' };
    };
    const received = { amount: 7, currency: 'JPY' };
    await steps(approved, { providers, payment: async () => samplePaid({ received }) });
    const rest = { sn: 'RFD1', amount: 10_000, reason: 'Plans have changed.' };
    expect(sentTo).toEqual([[7, 'JPY', rest]]);
  });
});

describe('a refund that ends the stay', () => {
  test('is made after the order is held', async () => {
    expect(await steps({ state: 'REQUESTED' })).toEqual(['hold for RFD1', 'APPROVED']);
  });

  test('is reported again later if the order does not hear of it', async () => {
    const ended = { open: false, orderTold: false, state: 'SUCCESS' as const };
    const endOrderRefund = () => Promise.reject(new Error('no answer'));
    expect(await steps(ended, { endOrderRefund })).toEqual(['no answer']);
  });

  test('is not made if the order declines', async () => {
    const holdOrderForRefund = async () => 'REFUSED' as const;
    expect(await steps({ state: 'REQUESTED' }, { holdOrderForRefund })).toEqual(['DECLINED']);
  });

  test('is tried again if it cannot be stored that the order declines', async () => {
    const holdOrderForRefund = async () => 'REFUSED' as const;
    const endRefund = () => Promise.reject(new Error('no database'));
    const done = await steps({ state: 'REQUESTED' }, { holdOrderForRefund, endRefund });
    expect(done).toEqual(['no database']);
  });

  test('is reported to the order, after an earlier one', async () => {
    const before = { open: false, state: 'FAILED' as const };
    const refundsOfOrders = async () => [
      sampleRefund({ ...before, sn: 'RFD of long ago', orderTold: true }),
      sampleRefund({ ...before, sn: 'RFD before', orderTold: false }),
    ];
    expect(await steps({ state: 'REQUESTED' }, { refundsOfOrders })).toEqual([
      'end RFD before false',
      'told of RFD before: FAILED',
      'hold for RFD1',
      'APPROVED',
    ]);
    const ended = { open: false, orderTold: false, state: 'SUCCESS' as const };
    expect(await steps(ended)).toEqual(['end RFD1 true', 'told of RFD1: SUCCESS']);
  });
});
