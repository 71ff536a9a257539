import { describe, expect, test } from '@jest/globals';
import { inNextTurn } from '../../../testing/in-next-turn.ts';
import {
  noLog,
  samplePaid,
  samplePayment,
  sampleRefund,
} from '../../../testing/payment/samples.ts';
import type { PayMethod } from '../domain/payment.ts';
import type { NamedProvider, ProviderFact, ProviderRefund } from '../domain/provider.ts';
import type { Refund } from '../domain/refund.ts';
import { handleWebhook } from './handle-webhook.ts';
import type { RecordFactNeeds } from './record-fact.ts';

const pmt = 'PMT2026112700000012345678';
const rfd = 'RFD2026112700000012345678';
const otherPmt = 'PMT2026112700000011111111';
const unknownPmt = 'PMT2026112700000000000000';
const unknownRfd = 'RFD2026112700000000000000';

type Given = {
  method?: PayMethod;
  paid?: boolean;
  known?: Partial<Refund>;
  /** How the refund stands at the provider when it is asked. */
  standsAt?: ProviderRefund['state'];
};

/**
 * What becomes of a webhook of the sandbox, and which changes it makes to one payment and one
 * refund.
 */
async function handled(fact: ProviderFact | null, given: Given = {}) {
  const { method = 'SANDBOX', paid, known, standsAt = 'UNKNOWN' } = given;
  const changes: unknown[] = [];
  const payment = (paid ? samplePaid : samplePayment)({ sn: pmt, method });
  const refund = sampleRefund({ sn: rfd, paymentSn: pmt, amount: 200, ...known });
  const needs: RecordFactNeeds = inNextTurn({
    now: async () => new Date('2026-12-01T12:00:00.000Z'),
    payment: async (sn) => (sn === pmt ? payment : null),
    refund: async (sn) => (sn === rfd ? refund : null),
    refundByRef: async (_, ref) => (ref === known?.providerRef ? refund : null),
    markPaid: async (_, { received }) => {
      changes.push(['paid', received.amount]);
      return payment;
    },
    returnOtherMoney: async (_, { received }, refundOf) => {
      const { amount, currency, cause, endsStay } = refundOf({ ...payment, received });
      changes.push(['returned', amount, currency, cause, ...(endsStay ? ['ends the stay'] : [])]);
      return payment;
    },
    endPayment: async ({ to }) => {
      changes.push(to);
      return payment;
    },
    moveRefund: async (_, to) => changes.push(to),
    endRefund: async ({ sn, to }) => {
      changes.push([sn === rfd ? 'refund' : sn, to]);
      return refund;
    },
    recordProviderRefund: async ({ amount, cause, providerRef }) => {
      changes.push([cause, amount, providerRef]);
      return true;
    },
    log: noLog,
  });
  const provider = {
    ...{ name: 'sandbox', methods: ['SANDBOX'], readWebhook: async () => fact },
    queryRefund: async () => ({ state: standsAt }),
  };
  const raw = { headers: {}, body: Buffer.from('') };
  return [await handleWebhook(needs, provider as unknown as NamedProvider, raw), changes];
}

const arrived = (given: object = {}, sn = pmt): ProviderFact => ({
  about: 'payment',
  sn,
  payment: { state: 'SUCCESS', amount: 10_000, currency: 'CNY', paidAt: new Date(), ...given },
});
const payment = (state: 'WAIT' | 'FAILED' | 'CLOSED'): ProviderFact => ({
  ...{ about: 'payment', sn: pmt, payment: { state } },
});
type RefundFact = Extract<ProviderFact, { about: 'refund' }>;
const refund = (
  state: 'WAIT' | 'SUCCESS' | 'FAILED',
  given: Partial<RefundFact> = {},
): ProviderFact => ({
  ...{ about: 'refund', sn: rfd, ref: 're_1', paymentSn: pmt, amount: 200, currency: 'CNY' },
  refund: { state },
  ...given,
});

test.each<[string, ProviderFact | null, string, unknown[]]>([
  ['without a valid signature', null, 'forged', []],
  ['about something else', { about: 'nothing' }, 'ignored', []],
  ['about money', arrived(), 'handled', [['paid', 10_000]]],
  [
    'about less money',
    arrived({ amount: 9_999 }),
    'handled',
    [['returned', 9_999, 'CNY', 'OTHER_AMOUNT']],
  ],
  [
    'about more money',
    arrived({ amount: 10_001 }),
    'handled',
    [['returned', 10_001, 'CNY', 'OTHER_AMOUNT']],
  ],
  [
    'about money in another currency',
    arrived({ currency: 'JPY' }),
    'handled',
    [['returned', 10_000, 'JPY', 'OTHER_AMOUNT']],
  ],
  ['about an unknown payment of ours', arrived({}, unknownPmt), 'unknown', []],
  ['about somebody else’s payment', arrived({}, 'cart-7'), 'ignored', []],
  ['about a failed payment', payment('FAILED'), 'handled', ['FAILED']],
  ['about a closed payment', payment('CLOSED'), 'handled', ['CLOSED']],
  ['about a waiting payment', payment('WAIT'), 'handled', []],
  ['about a waiting refund', refund('WAIT'), 'handled', ['SENT']],
  ['about a refund that succeeded', refund('SUCCESS'), 'handled', [['refund', 'SUCCESS']]],
  ['about a refund that failed', refund('FAILED'), 'handled', [['refund', 'FAILED']]],
  ['about a refund of another amount', refund('WAIT', { amount: 201 }), 'wrong money', []],
  ['about a refund in another currency', refund('WAIT', { currency: 'USD' }), 'wrong money', []],
  ['about a refund of another payment', refund('WAIT', { paymentSn: otherPmt }), 'wrong money', []],
  [
    'about a refund of a payment it does not name',
    refund('WAIT', { paymentSn: null }),
    'handled',
    ['SENT'],
  ],
  ['about an unknown refund of ours', refund('WAIT', { sn: unknownRfd }), 'unknown', []],
])('a webhook %s', async (_, fact, outcome, changes) => {
  expect(await handled(fact)).toEqual([outcome, changes]);
});

describe('money that the provider gave back by itself', () => {
  const byPage = (
    given: Partial<RefundFact> = {},
    state: 'SUCCESS' | 'FAILED' | 'WAIT' = 'SUCCESS',
  ) => refund(state, { sn: null, ...given });
  const goneAgain = { paid: true, standsAt: 'FAILED' as const };
  test.each<[string, ProviderFact, Given, string, unknown[]]>([
    ['is booked', byPage(), { paid: true }, 'handled', [['PROVIDER', 200, 're_1']]],
    [
      'under a number of its own is booked',
      byPage({ sn: 'page-1' }),
      { paid: true },
      'handled',
      [['PROVIDER', 200, 're_1']],
    ],
    ['of nothing', byPage({ amount: 0 }), { paid: true }, 'ignored', []],
    ['of less than nothing', byPage({ amount: -1 }), { paid: true }, 'ignored', []],
    ['of somebody else', byPage({ paymentSn: null }), { paid: true }, 'ignored', []],
    ['of a number that is not ours', byPage({ paymentSn: 'cart-7' }), {}, 'ignored', []],
    ['of an unknown payment', byPage({ paymentSn: unknownPmt }), {}, 'unknown', []],
    ['of a payment that has no money yet', byPage(), {}, 'wrong money', []],
    ['in another currency', byPage({ currency: 'USD' }), { paid: true }, 'wrong money', []],
    ['and took again before we heard of it', byPage(), goneAgain, 'ignored', []],
    [
      'and took again in another amount is not that one',
      byPage({ amount: 201 }, 'FAILED'),
      { paid: true, known: { providerRef: 're_1' } },
      'wrong money',
      [],
    ],
    ['that waits', byPage({}, 'WAIT'), { paid: true }, 'ignored', []],
    [
      'and took again is booked too',
      byPage({}, 'FAILED'),
      { paid: true, known: { providerRef: 're_1' } },
      'handled',
      [['refund', 'FAILED']],
    ],
  ])('%s', async (_, fact, given, outcome, changes) => {
    expect(await handled(fact, given)).toEqual([outcome, changes]);
  });
});

describe('a webhook that contradicts how a refund ended may be late: the provider is asked', () => {
  const failed = { state: 'FAILED' as const, open: false };
  const succeeded = { state: 'SUCCESS' as const, open: false };
  test.each<[string, Given, 'SUCCESS' | 'FAILED', unknown[]]>([
    ['it stands as we know it', { known: succeeded, standsAt: 'SUCCESS' }, 'FAILED', []],
    ['it failed since', { known: succeeded, standsAt: 'FAILED' }, 'FAILED', ['FAILED']],
    ['it went through since', { known: failed, standsAt: 'SUCCESS' }, 'SUCCESS', ['SUCCESS']],
    ['it failed after that', { known: failed, standsAt: 'FAILED' }, 'SUCCESS', []],
    ['the provider cannot tell', { known: failed, standsAt: 'UNKNOWN' }, 'SUCCESS', ['SUCCESS']],
  ])('%s', async (_, given, told, ends) => {
    const [outcome, changes] = await handled(refund(told), given);
    expect(outcome).toBe('handled');
    // What a refund is already is no change: the store says so.
    const news = (changes as [string, string][]).filter(([, to]) => to !== given.known?.state);
    expect(news).toEqual(ends.map((state) => ['refund', state]));
  });
});

test('what a webhook says of an open refund counts, without a question to the provider', async () => {
  const [, changes] = await handled(refund('SUCCESS'), { standsAt: 'FAILED' });
  expect(changes).toEqual([['refund', 'SUCCESS']]);
});

test('a provider can change its own payments only', async () => {
  for (const fact of [arrived(), refund('SUCCESS'), refund('SUCCESS', { sn: null })])
    expect(await handled(fact, { method: 'STRIPE', paid: true })).toEqual(['unknown', []]);
});
