import { expect, test } from '@jest/globals';
import { oneOrder } from '../../../testing/order/one-order.ts';
import { sampleNow, sampleOrder } from '../../../testing/order/sample-order.ts';
import { holdOrderForPayment } from './hold-order-for-payment.ts';

test.each([
  [true, 'ACCEPTED'],
  [false, 'REFUSED'],
] as const)('an attempt holds the order until its deadline: %s', async (held, answer) => {
  const order = sampleOrder();
  const holds: unknown[] = [];
  const holdForPayment = async (...hold: unknown[]) => {
    holds.push(hold);
    return held;
  };
  const needs = { ...oneOrder(order), holdForPayment };
  expect(await holdOrderForPayment(needs, order.sn, 'PMT1')).toBe(answer);
  const attempt = { paymentSn: 'PMT1', closeFrom: order.closeAt };
  expect(holds).toEqual([[order.sn, attempt, sampleNow]]);
});

test('an unknown order is refused', async () => {
  const holdForPayment = () => Promise.reject(new Error('asked'));
  const needs = { ...oneOrder(null), holdForPayment };
  expect(await holdOrderForPayment(needs, 'HSO0', 'PMT1')).toBe('REFUSED');
});
