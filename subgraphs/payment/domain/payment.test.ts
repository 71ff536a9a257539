import { expect, test } from '@jest/globals';
import {
  sampleNow,
  sampleOrderToPay,
  samplePaid,
  samplePayment,
} from '../../../testing/payment/samples.ts';
import {
  isOver,
  isPaymentSn,
  isVisibleTo,
  latestOf,
  leftOf,
  newPayment,
  type Payment,
} from './payment.ts';

const payment = (sn: string, given: Partial<Payment> = {}) => ({ sn, live: false, ...given });

test.each<[string, ReturnType<typeof payment>[], string | null]>([
  ['there is none', [], null],
  ['all have ended: the newest', [payment('2'), payment('1')], '2'],
  ['one can still be paid', [payment('3'), payment('2', { live: true }), payment('1')], '2'],
  [
    'the order accepted one that we had given up, while another one had begun',
    [payment('2', { live: true }), payment('1', { orderAnswer: 'ACCEPTED' })],
    '1',
  ],
  ['the order refused one', [payment('2'), payment('1', { orderAnswer: 'REFUSED' })], '2'],
])('the payment that counts if %s', (_, payments, sn) => {
  expect(latestOf(payments)?.sn ?? null).toBe(sn);
});

test('an order without payments has none that counts', () => {
  expect(latestOf([])).toBeNull();
});

test('a new payment is for all that the order costs, until its deadline', () => {
  const order = sampleOrderToPay();
  expect(newPayment(order, { method: 'STRIPE' }, 'PMT9', sampleNow)).toStrictEqual({
    sn: 'PMT9',
    orderSn: 'HSO1',
    travellerId: 'ana',
    hostId: 'hana',
    method: 'STRIPE',
    amount: 10_000,
    currency: 'CNY',
    description: order.description,
    state: 'WAIT',
    live: true,
    createdAt: sampleNow,
    payBefore: order.closeAt,
    refunded: 0,
    changedAt: sampleNow,
  });
  const by = { method: 'WECHAT_JSAPI' as const, payerId: 'o-1', returnUrl: 'https://a.example/' };
  expect(newPayment(order, by, 'PMT9', sampleNow)).toMatchObject(by);
});

test.each([
  ['ana', [], true],
  ['hana', [], true],
  ['ben', [], false],
  ['olga', ['operator'], true],
  ['hugo', ['host'], false],
  [undefined, [], false],
  [undefined, ['operator'], false],
] as const)('%s with the roles %j sees it: %s', (userId, roles, visible) => {
  expect(isVisibleTo(samplePayment(), { userId, roles })).toBe(visible);
});

test.each([
  [samplePayment(), 0],
  [samplePaid(), 10_000],
  [samplePaid({ refunded: 4_000 }), 6_000],
  [samplePaid({ received: { amount: 7, currency: 'JPY' }, refunded: 2 }), 5],
])('what is left of a payment, case %#', (paid, left) => {
  expect(leftOf(paid)).toBe(left);
});

test.each([
  ['PMT2026112700000012345678', true],
  ['RFD2026112700000012345678', false],
  ['PMT202611270000001234567', false],
  ['xPMT2026112700000012345678', false],
  ['PMT2026112700000012345678x', false],
])('%s is one of our payments: %s', (sn, ours) => {
  expect(isPaymentSn(sn)).toBe(ours);
});

test.each<[Partial<Payment>, boolean]>([
  [{}, false],
  [{ state: 'FAILED' }, true],
  [{ state: 'CLOSED' }, true],
  [{ state: 'SUCCESS' }, false],
  [{ state: 'SUCCESS', orderAnswer: 'ACCEPTED' }, false],
  [{ state: 'REFUNDING', orderAnswer: 'REFUSED' }, true],
])('an attempt that is %j is over: %s', (given, over) => {
  expect(isOver(samplePayment(given))).toBe(over);
});
