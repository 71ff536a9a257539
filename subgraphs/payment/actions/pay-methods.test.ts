import { expect, test } from '@jest/globals';
import { sampleProviders } from '../../../testing/payment/samples.ts';
import { payMethods } from './pay-methods.ts';

const limits = (currency: string) =>
  currency === 'CNY' ? { smallest: 100, largest: 10_000, step: 10 } : null;

test.each([
  [99, 'CNY', []],
  [100, 'CNY', ['SANDBOX']],
  [105, 'CNY', []],
  [10_000, 'CNY', ['SANDBOX']],
  [10_010, 'CNY', []],
  [100, 'JPY', []],
])('%i minor units of %s can be paid by %j', (amount, currency, methods) => {
  const needs = { providers: sampleProviders({ limits }) };
  expect(payMethods(needs, { amount, currency })).toEqual(methods);
});
