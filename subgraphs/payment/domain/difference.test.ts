import { describe, expect, test } from '@jest/globals';
import {
  sampleNow as now,
  samplePaid as payment,
  sampleRefund,
} from '../../../testing/payment/samples.ts';
import {
  attemptDifferenceOf,
  type DifferenceKind,
  differenceOf,
  heldDifferenceOf,
  type OrderStatus,
  orderDifferenceOf,
  providerDifferenceOf,
} from './difference.ts';
import type { Payment } from './payment.ts';
import type { Refund } from './refund.ts';

const order = (given: Partial<OrderStatus> = {}): OrderStatus => ({
  ...{ sn: 'HSO1', payable: false, usable: true, ended: false },
  ...{ paymentSn: 'PMT1', refundSn: null, since: now },
  ...given,
});
const booked = order();
const used = order({ usable: false });
const left = order({ usable: false, ended: true });
const refunded = order({ usable: false, ended: true, refundSn: 'RFD1' });

const ended = { open: false, orderTold: true };
const gone = sampleRefund({ ...ended, state: 'SUCCESS' });
const failed = sampleRefund({ ...ended, state: 'FAILED' });
const sentBack = sampleRefund({ ...ended, state: 'FAILED', contradicted: true });
const open = sampleRefund({ state: 'SENT' });
const oldOpen = sampleRefund({
  state: 'SENT',
  createdAt: new Date(now.getTime() - 24 * 3_600_000 - 1),
});
const part = sampleRefund({
  ...ended,
  sn: 'RFD2',
  state: 'SUCCESS',
  endsStay: false,
  cause: 'HOST',
});
const later = (given: Partial<Refund>) =>
  sampleRefund({ ...ended, sn: 'RFD3', createdAt: new Date(now.getTime() + 1), ...given });
const dispute = sampleRefund({ ...ended, state: 'SUCCESS', endsStay: false, cause: 'PROVIDER' });

const refused = { orderAnswer: 'REFUSED' as const };

describe('a payment and its order', () => {
  test.each<[string, Payment, OrderStatus | null, Refund[], DifferenceKind | null]>([
    ['paid and booked', payment(), booked, [], null],
    ['paid and used', payment(), used, [], null],
    ['refunded', payment({ refunded: 10_000 }), refunded, [gone], null],
    ['refunded by the share of the policy', payment({ refunded: 5_000 }), refunded, [gone], null],
    ['left without a refund', payment(), left, [], null],
    ['a part given back', payment({ refunded: 100 }), booked, [part], null],
    ['all but one given back', payment({ refunded: 9_999 }), booked, [part], null],
    ['all given back', payment({ refunded: 10_000 }), booked, [part], 'REFUNDED_BUT_BOOKED'],
    ['everything given back after the stay', payment({ refunded: 10_000 }), used, [part], null],
    ['refused and returned', payment({ ...refused, refunded: 10_000 }), booked, [gone], null],
    ['a refund under way', payment({ refunded: 10_000 }), booked, [open], null],
    ['a refund under way for a day', payment(), booked, [oldOpen], 'REFUND_STUCK'],
    ['not told', payment({ orderAnswer: undefined }), booked, [], 'ORDER_NOT_TOLD'],
    ['refused and kept', payment(refused), null, [failed], 'REFUSED_MONEY_KEPT'],
    [
      'another amount, kept',
      payment({ ...refused, received: { amount: 9_999, currency: 'CNY' } }),
      null,
      [failed],
      'OTHER_AMOUNT_KEPT',
    ],
    [
      'another currency, kept',
      payment({ ...refused, received: { amount: 10_000, currency: 'JPY' } }),
      null,
      [failed],
      'OTHER_AMOUNT_KEPT',
    ],
    [
      'another amount, returned',
      payment({ ...refused, received: { amount: 9_999, currency: 'CNY' }, refunded: 9_999 }),
      null,
      [gone],
      null,
    ],
    ['another payment', payment(), order({ paymentSn: 'PMT2' }), [], 'MONEY_WITHOUT_BOOKING'],
    ['no order', payment(), null, [], 'MONEY_WITHOUT_BOOKING'],
    ['the stay goes on', payment({ refunded: 5_000 }), booked, [gone], 'REFUNDED_BUT_BOOKED'],
    ['disputed', payment({ refunded: 10_000 }), booked, [dispute], 'REFUNDED_BUT_BOOKED'],
    ['the refund failed', payment(), refunded, [failed], 'ENDED_BUT_KEPT'],
    ['the refund is not known', payment(), refunded, [], 'ENDED_BUT_KEPT'],
    ['sent back by the bank', payment(), refunded, [sentBack], 'REFUND_SENT_BACK'],
    [
      'sent back, and given back anew',
      payment({ refunded: 10_000 }),
      refunded,
      [sentBack, later({ state: 'SUCCESS' })],
      null,
    ],
    [
      'half was sent back, and given back anew',
      payment({ refunded: 5_000 }),
      refunded,
      [{ ...sentBack, amount: 5_000 }, later({ state: 'SUCCESS', amount: 5_000 })],
      null,
    ],
    [
      'sent back, and given back anew in part',
      payment({ refunded: 4_999 }),
      refunded,
      [{ ...sentBack, amount: 5_000 }, later({ state: 'SUCCESS', amount: 4_999 })],
      'REFUND_SENT_BACK',
    ],
    [
      'sent back, and giving it back anew failed',
      payment(),
      refunded,
      [sentBack, later({ state: 'FAILED' })],
      'REFUND_SENT_BACK',
    ],
    ['too much went back', payment({ refunded: 10_001 }), used, [part], 'REFUNDED_TOO_MUCH'],
  ])('%s', (_, paid, itsOrder, refunds, difference) => {
    expect(differenceOf(paid, itsOrder, refunds, now)).toBe(difference);
  });
});

test('an order that names a payment without money', () => {
  expect(orderDifferenceOf(payment())).toBeNull();
  expect(orderDifferenceOf(null)).toBe('BOOKING_WITHOUT_MONEY');
  expect(orderDifferenceOf(payment({ paidAt: undefined }))).toBe('BOOKING_WITHOUT_MONEY');
});

test('an attempt that keeps its order waiting', () => {
  const minute = 60_000;
  const waiting = (ms: number) =>
    payment({ state: 'WAIT', paidAt: undefined, payBefore: new Date(now.getTime() - ms) });
  expect(attemptDifferenceOf(waiting(10 * minute), now)).toBeNull();
  expect(attemptDifferenceOf(waiting(10 * minute + 1), now)).toBe('ATTEMPT_UNANSWERED');
  expect(attemptDifferenceOf({ ...waiting(60 * minute), state: 'CLOSED' }, now)).toBeNull();
  expect(attemptDifferenceOf(null, now)).toBeNull();
});

test('an order that is held', () => {
  expect(heldDifferenceOf(open, now)).toBeNull();
  expect(heldDifferenceOf(oldOpen, now)).toBe('REFUND_STUCK');
  expect(heldDifferenceOf({ ...oldOpen, open: false }, now)).toBeNull();
  expect(heldDifferenceOf(null, now)).toBe('HELD_WITHOUT_REFUND');
});

test.each([
  [payment(), { amount: 10_000, currency: 'CNY', refunded: 0 }, null],
  [payment({ refunded: 4_000 }), { amount: 10_000, currency: 'CNY', refunded: 4_000 }, null],
  [payment({ refunded: 1 }), { amount: 10_000, currency: 'CNY', refunded: 0 }, 'PROVIDER_HAS_MORE'],
  [payment(), { amount: 10_000, currency: 'CNY', refunded: 1 }, 'PROVIDER_HAS_LESS'],
  [payment(), null, 'PROVIDER_HAS_LESS'],
  [payment({ paidAt: undefined }), null, null],
  [
    payment({ paidAt: undefined }),
    { amount: 10_000, currency: 'CNY', refunded: 0 },
    'PROVIDER_HAS_MORE',
  ],
] as const)('a payment and its provider, case %#', (ours, theirs, difference) => {
  expect(providerDifferenceOf(ours, theirs)).toBe(difference);
});

test.each<[string, Partial<Refund>, Refund[], DifferenceKind | null]>([
  ['a host’s end', { cause: 'HOST' }, [], 'REFUND_SENT_BACK'],
  ['a traveller’s leaving', { cause: 'TRAVELLER' }, [], 'REFUND_SENT_BACK'],
  ['an end, until it is given back anew', {}, [later({ state: 'SUCCESS', amount: 4_000 })], null],
])('a part that the bank sent back after %s is owed', (_, given, more, kind) => {
  const part = sampleRefund({ ...sentBack, sn: 'RFD0', amount: 4_000, endsStay: false });
  const ending = sampleRefund({ ...gone, amount: 6_000, ...given });
  const paid = payment({ refunded: more.length > 0 ? 9_999 : 6_000 });
  expect(differenceOf(paid, refunded, [part, ending, ...more], now)).toBe(kind);
});
