import { expect, test } from '@jest/globals';
import { type PaymentState, paymentStatesBefore, paymentTransitions } from './payment.ts';
import { type RefundState, refundStatesBefore, refundTransitions } from './refund.ts';

const paymentStates: PaymentState[] = [
  'WAIT',
  'SUCCESS',
  'FAILED',
  'CLOSED',
  'REFUNDING',
  'PARTIALLY_REFUNDED',
  'REFUNDED',
];
/** The rules, written down a second time, so that a slip in the table shows. */
const paymentChanges = [
  'WAIT > SUCCESS',
  'WAIT > FAILED',
  'WAIT > CLOSED',
  'FAILED > SUCCESS',
  'CLOSED > SUCCESS',
  'SUCCESS > REFUNDING',
  'SUCCESS > PARTIALLY_REFUNDED',
  'SUCCESS > REFUNDED',
  'REFUNDING > SUCCESS',
  'REFUNDING > PARTIALLY_REFUNDED',
  'REFUNDING > REFUNDED',
  'PARTIALLY_REFUNDED > SUCCESS',
  'PARTIALLY_REFUNDED > REFUNDING',
  'PARTIALLY_REFUNDED > REFUNDED',
  'REFUNDED > SUCCESS',
  'REFUNDED > REFUNDING',
  'REFUNDED > PARTIALLY_REFUNDED',
];

const refundStates: RefundState[] = [
  'REQUESTED',
  'APPROVED',
  'SENT',
  'SUCCESS',
  'FAILED',
  'DECLINED',
];
const refundChanges = [
  'REQUESTED > APPROVED',
  'REQUESTED > DECLINED',
  'APPROVED > SENT',
  'APPROVED > SUCCESS',
  'APPROVED > FAILED',
  'SENT > SUCCESS',
  'SENT > FAILED',
  'SUCCESS > FAILED',
  'FAILED > SUCCESS',
];

const pairsOf = <State>(states: State[]) =>
  states.flatMap((from) => states.map((to) => [from, to] as const));

test.each(pairsOf(paymentStates))('a payment from %s to %s', (from, to) => {
  expect(paymentStatesBefore(to).includes(from)).toBe(paymentChanges.includes(`${from} > ${to}`));
});

test.each(pairsOf(refundStates))('a refund from %s to %s', (from, to) => {
  expect(refundStatesBefore(to).includes(from)).toBe(refundChanges.includes(`${from} > ${to}`));
});

test('the tables have no other states', () => {
  expect(Object.keys(paymentTransitions).sort()).toEqual([...paymentStates].sort());
  expect(Object.keys(refundTransitions).sort()).toEqual([...refundStates].sort());
});
