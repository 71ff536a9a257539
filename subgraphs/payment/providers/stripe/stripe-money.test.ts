import { describe, expect, test } from '@jest/globals';
import { currencies } from '../../../../runtime/currency.ts';
import { takes } from '../../domain/provider.ts';
import { fromStripe, stripeLimits, toStripe } from './stripe-money.ts';

const limits = { limits: stripeLimits };

describe('F6: an amount goes to Stripe in Stripe’s own unit, and comes back as it was', () => {
  test.each([
    ['CNY', 10_000, 10_000],
    ['USD', 50, 50],
    ['JPY', 8_500, 8_500],
    ['KRW', 20_000, 20_000],
    ['HUF', 2_500_000, 2_500_000],
    ['IDR', 50_000_000, 50_000_000],
    ['KWD', 12_340, 12_340],
    // Sent as if they had two decimals.
    ['ISK', 20_000, 2_000_000],
    ['UGX', 150_000, 15_000_000],
    // Sent without decimals.
    ['MGA', 150_000, 1_500],
  ])('%s %i is %i', (currency, amount, units) => {
    expect(toStripe({ amount, currency })).toBe(units);
    expect(fromStripe(units, currency.toLowerCase())).toEqual({ amount, currency });
  });

  test('whatever Stripe takes, in every currency', () => {
    for (const currency of currencies) {
      const allowed = stripeLimits(currency);
      if (!allowed) continue;
      for (const amount of [allowed.smallest, allowed.largest, allowed.smallest + allowed.step]) {
        const rounded = amount - (amount % allowed.step);
        const units = toStripe({ amount: rounded, currency });
        expect(fromStripe(units, currency.toLowerCase())).toEqual({ amount: rounded, currency });
      }
    }
  });
});

test('an amount between two of Stripe’s units is a fault, not another amount', () => {
  expect(() => toStripe({ amount: 150_001, currency: 'MGA' })).toThrow(RangeError);
});

test.each([
  ['USD', 50, true],
  ['USD', 49, false],
  ['USD', 99_999_999, true],
  ['USD', 100_000_000, false],
  ['JPY', 50, true],
  ['JPY', 49, false],
  ['HUF', 17_499, false],
  // With three decimals, the last must be 0.
  ['KWD', 12_340, true],
  ['KWD', 12_345, false],
  ['ISK', 999_999, true],
  ['ISK', 1_000_000, false],
  ['MGA', 150_000, true],
  ['MGA', 150_050, false],
  ['IQD', 10_000, false],
  ['XYZ', 10_000, false],
])('F11: whether Stripe takes %s %i is known before it is asked: %s', (currency, amount, taken) => {
  expect(takes(limits, { amount, currency })).toBe(taken);
});
