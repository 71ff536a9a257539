import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decimalsOf, readMoney } from './money.ts';

test.each([
  ['$1,234.00', 'CNY', 123_400],
  ['250', 'CNY', 25_000],
  ['0.29', 'EUR', 29],
  ['¥12,000', 'JPY', 12_000],
  ['$12,000.00', 'JPY', 12_000],
  ['1.005', 'KWD', 1_005],
  [' 7.5 ', 'USD', 750],
])('"%s" is an amount of %s', (text, currency, amount) => {
  expect(readMoney(text, currency)).toEqual({ amount, currency });
});

test.each([
  '',
  'free',
  '-5',
  '$-5',
  '1,23',
  '1.234.567',
  '1e3',
  '12,34.5',
  '99999999999999999',
  '1.005',
  '$',
])('"%s" is no price', (text) => {
  expect(readMoney(text, 'CNY')).toBeNull();
});

test('every amount is read as it was written, to the last digit', () => {
  fc.assert(
    fc.property(
      fc.maxSafeNat(),
      fc.constantFrom('CNY', 'JPY', 'KWD'),
      fc.boolean(),
      (amount, currency, withSeparators) => {
        const decimals = decimalsOf(currency);
        const digits = String(amount).padStart(decimals + 1, '0');
        const whole = digits.slice(0, digits.length - decimals);
        const shown = withSeparators ? whole.replace(/\B(?=(\d{3})+$)/g, ',') : whole;
        const text = decimals > 0 ? `$${shown}.${digits.slice(-decimals)}` : `$${shown}`;
        expect(readMoney(text, currency)).toEqual({ amount, currency });
      },
    ),
  );
});
