import { expect, test } from '@jest/globals';
import {
  sampleNow as now,
  samplePaid as payment,
  sampleRefund,
} from '../../../testing/payment/samples.ts';
import type { DifferenceKind } from './difference.ts';
import type { RefundFact } from './provider.ts';
import { providerDifferenceOf, refundDifferenceOf } from './provider-difference.ts';
import type { Refund } from './refund.ts';

test.each([
  [payment(), { amount: 10_000, currency: 'CNY', refunded: 0 }, null],
  [payment({ refunded: 4_000 }), { amount: 10_000, currency: 'CNY', refunded: 4_000 }, null],
  [payment({ refunded: 1 }), { amount: 10_000, currency: 'CNY', refunded: 0 }, 'PROVIDER_HAS_MORE'],
  [payment(), { amount: 10_000, currency: 'CNY', refunded: 1 }, 'PROVIDER_HAS_LESS'],
  [payment(), null, 'PROVIDER_HAS_LESS'],
  [payment(), { amount: 10_000, currency: 'JPY', refunded: 0 }, 'PROVIDER_HAS_LESS'],
  [payment({ paidAt: undefined }), null, null],
  [
    payment({ paidAt: undefined }),
    { amount: 10_000, currency: 'CNY', refunded: 0 },
    'PROVIDER_HAS_MORE',
  ],
] as const)('a payment and its provider, case %#', (ours, theirs, difference) => {
  expect(providerDifferenceOf(ours, theirs)).toBe(difference);
});

const ours = (given: Partial<Refund> = {}) =>
  sampleRefund({ state: 'SUCCESS', open: false, createdAt: now, ...given });
const theirs = (given: Partial<RefundFact> = {}): RefundFact => ({
  about: 'refund',
  ...{ sn: 'RFD1', ref: 're_1', paymentSn: 'PMT1', amount: 10_000, currency: 'CNY' },
  refund: { state: 'SUCCESS' } as RefundFact['refund'],
  ...given,
});
const before = new Date(now.getTime() - 1);
const failed = { state: 'FAILED' } as RefundFact['refund'];
const byThem = { cause: 'PROVIDER' as const, providerRef: 're_1' };

test.each<[string, Refund[], RefundFact[], DifferenceKind | null]>([
  ['none on either side', [], [], null],
  ['the same on both sides', [ours()], [theirs()], null],
  ['ours that is still open', [ours({ state: 'SENT', open: true })], [theirs()], null],
  ['theirs that failed', [], [theirs({ refund: failed })], null],
  ['theirs that we do not know', [], [theirs()], 'PROVIDER_HAS_LESS'],
  ['theirs of another amount', [ours()], [theirs({ amount: 9_999 })], 'PROVIDER_HAS_LESS'],
  ['theirs that failed at us', [ours({ state: 'FAILED' })], [theirs()], 'PROVIDER_HAS_LESS'],
  ['ours that they do not list', [ours()], [], 'PROVIDER_HAS_MORE'],
  ['ours of just the first instant', [ours({ createdAt: now })], [], 'PROVIDER_HAS_MORE'],
  ['ours that failed', [ours({ state: 'FAILED' })], [], null],
  ['ours from before', [ours({ createdAt: before })], [], null],
  ['their own, known by their name', [ours(byThem)], [theirs({ sn: null })], null],
  ['their own that came to us late', [ours(byThem)], [], null],
])('refunds: %s', (_, own, listed, kind) => {
  expect(refundDifferenceOf(own, listed, now)).toBe(kind);
});
