import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decimalsOf } from '../../../runtime/currency.ts';
import { maxPrice } from '../domain/money.ts';
import { readMoney } from './read-money.ts';

test.each([
  ['$1,234.00', 'CNY', 123_400],
  ['250', 'CNY', 25_000],
  ['0.29', 'EUR', 29],
  ['¥12,000', 'JPY', 12_000],
  ['$12,000.00', 'JPY', 12_000],
  ['$25,000.00', 'HUF', 2_500_000],
  ['1.005', 'KWD', 1_005],
  [' 7.5 ', 'USD', 750],
  ['US$85', 'USD', 8_500],
  ['EUR 85', 'EUR', 8_500],
  ['85 €', 'EUR', 8_500],
  ['1,200 kr', 'SEK', 120_000],
])('"%s" is an amount of %s', (text, currency, amount) => {
  expect(readMoney(text, currency)).toEqual({ amount, currency });
});

test.each([
  ['', 'CNY'],
  ['free', 'CNY'],
  ['-5', 'CNY'],
  ['$-5', 'CNY'],
  ['1,23', 'CNY'],
  ['1.234.567', 'CNY'],
  ['1e3', 'CNY'],
  ['12,34.5', 'CNY'],
  ['99999999999999999', 'CNY'],
  ['10000000000.01', 'CNY'],
  ['1.005', 'CNY'],
  ['$', 'CNY'],
  ['CHF 120.00', 'EUR'],
  ['¥8,500.00', 'EUR'],
  ['US$85', 'EUR'],
  ['85 EUR', 'CNY'],
  ['from 85', 'EUR'],
])('F18: "%s" is no price in %s', (text, currency) => {
  expect(readMoney(text, currency)).toBeNull();
});

test('every amount is read as it was written, to the last digit', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: maxPrice }),
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
