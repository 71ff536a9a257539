import { expect, test } from '@jest/globals';
import { sampleNow } from '../../../testing/order/sample-order.ts';
import { holdOrderForPayment } from './hold-order-for-payment.ts';

test.each([
  [true, 'ACCEPTED'],
  [false, 'REFUSED'],
] as const)('an attempt holds the order, judged by the time of now: %s', async (held, answer) => {
  const holds: unknown[] = [];
  const holdForPayment = async (...hold: unknown[]) => {
    holds.push(hold);
    return held;
  };
  const needs = { now: async () => sampleNow, holdForPayment };
  expect(await holdOrderForPayment(needs, 'HSO1', 'PMT1')).toBe(answer);
  expect(holds).toEqual([['HSO1', 'PMT1', sampleNow]]);
});
