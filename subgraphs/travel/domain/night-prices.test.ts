import { expect, test } from '@jest/globals';
import { nightPrices, nightsToPrice } from './night-prices.ts';

const cny = (amount: number) => ({ amount, currency: 'CNY' });
const homestay = { price: cny(100) };
const range = (from: string, to: string, price: { amount: number; currency: string } | null) =>
  nightsToPrice(homestay, { from, to, price });

test('a price is for every night up to, but not including, the last date', () => {
  expect(range('2026-12-30', '2027-01-01', cny(200))).toEqual(['2026-12-30', '2026-12-31']);
  expect(range('2026-12-30', '2026-12-31', null)).toEqual(['2026-12-30']);
  expect(range('2026-01-01', '2027-01-02', cny(1))).toHaveLength(366);
});

test.each([
  ['2026-12-30', '2026-12-30', cny(1), 'DATES_INVALID'],
  ['2026-12-30', '2026-12-29', cny(1), 'DATES_INVALID'],
  ['2026-01-01', '2027-01-03', cny(1), 'TOO_MANY_NIGHTS'],
  ['2026-12-30', '2026-12-31', cny(0), 'PRICE_OUT_OF_RANGE'],
  ['2026-12-30', '2026-12-31', { amount: 1, currency: 'EUR' }, 'CURRENCY_DIFFERS'],
])('from %s to %s at %j is refused: %s', (from, to, price, reason) => {
  expect(range(from, to, price)).toMatchObject({ refused: true, reason });
});

test('a night without a price of its own costs what every night costs', () => {
  const own = new Map([
    ['2026-12-31', cny(300)],
    ['2027-01-01', { amount: 5, currency: 'EUR' }],
  ]);
  expect(nightPrices(homestay, ['2026-12-30', '2026-12-31', '2027-01-01'], own)).toEqual([
    { night: '2026-12-30', price: cny(100) },
    { night: '2026-12-31', price: cny(300) },
    { night: '2027-01-01', price: cny(100) },
  ]);
});
