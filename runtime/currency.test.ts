import { expect, test } from '@jest/globals';
import { CurrencyResolver } from 'graphql-scalars';
import { currencies, decimalsOf, isCurrency, moneyText } from './currency.ts';

test.each([
  ['CNY', 2],
  ['JPY', 0],
  ['KWD', 3],
  // Node 20.19 and Node 24 disagree about these; ISO 4217 does not change with Node.
  ['HUF', 2],
  ['IDR', 2],
  ['COP', 2],
  ['PKR', 2],
  ['IQD', 3],
  ['ALL', 2],
  ['LBP', 2],
  ['MGA', 2],
  ['ISK', 0],
  ['UGX', 0],
])('F2: the minor unit of %s has %d decimals', (currency, decimals) => {
  expect(decimalsOf(currency)).toBe(decimals);
});

test('every currency is one that the API can show, and stands in the table once', () => {
  expect(currencies).toHaveLength(new Set(currencies).size);
  expect(currencies.length).toBeGreaterThan(150);
  for (const code of currencies) expect(CurrencyResolver.serialize(code)).toBe(code);
});

test.each(['cny', 'XYZ', 'XAU', 'XTS', 'toString', ''])('"%s" is no currency', (code) => {
  expect(isCurrency(code)).toBe(false);
});

test.each([
  [19_900, 'CNY', 'CN¥199.00'],
  [19_900, 'JPY', 'JP¥19,900'],
  [5, 'EUR', '€0.05'],
  [1_234_567, 'JPY', 'JP¥1,234,567'],
  [12_345, 'KWD', 'KWD 12.345'],
  [2_500_000, 'HUF', 'HUF 25,000.00'],
  [-1_050, 'USD', '-US$10.50'],
  [Number.MAX_SAFE_INTEGER, 'USD', 'US$90,071,992,547,409.91'],
])('%d of %s is written %s', (amount, currency, text) => {
  expect(moneyText({ amount, currency }).replaceAll('\u00a0', ' ')).toBe(text);
});
