import { expect, test } from '@jest/globals';
import {
  sampleLimits as limits,
  sampleNow as now,
  sampleHomestay,
  sampleInput,
} from '../../../testing/order/sample-order.ts';
import type { Homestay } from './order.ts';
import { quoteStay } from './quote.ts';
import type { StayInput } from './stay-rules.ts';

const quoted = (input: Partial<StayInput> = {}, homestay: Partial<Homestay> | null = {}) =>
  quoteStay(sampleInput(input), {
    homestay: homestay && sampleHomestay(homestay),
    ...{ now, limits },
  });
const cny = (amount: number) => ({ amount, currency: 'CNY' });

test('each night has a line, at its own price or the usual one', () => {
  const nightPrices = { '2026-12-09': 1, '2026-12-11': 45_000, '2026-12-12': 1 };
  expect(quoted({}, { nightPrices })).toEqual({
    nightLines: [
      { night: '2026-12-10', price: cny(30_000) },
      { night: '2026-12-11', price: cny(45_000) },
    ],
    homestayTotal: cny(75_000),
    foodTotal: cny(0),
    total: cny(75_000),
  });
});

test('a homestay that is sold per person costs its price for each guest', () => {
  const quote = quoted({ guests: 3 }, { soldPerPerson: true, nightPrices: { '2026-12-11': 100 } });
  expect(quote).toMatchObject({ homestayTotal: cny(90_300), total: cny(90_300) });
  expect(quoted({ guests: 3 })).toMatchObject({ total: cny(60_000) });
});

test('food costs its price for each guest and night, if it is wanted', () => {
  expect(quoted({ needFood: true, guests: 3 })).toMatchObject({
    ...{ homestayTotal: cny(60_000), foodTotal: cny(30_000), total: cny(90_000) },
  });
  expect(quoted({ needFood: false, guests: 3 })).toMatchObject({ foodTotal: cny(0) });
});

test('a price is in the currency of the homestay', () => {
  const price = { amount: 900, currency: 'JPY' };
  expect(quoted({}, { price })).toMatchObject({ total: { amount: 1_800, currency: 'JPY' } });
});

test('a homestay that is not there has no price', () => {
  expect(quoted({}, null)).toMatchObject({
    ...{ reason: 'HOMESTAY_UNKNOWN', path: ['input', 'homestayId'] },
  });
});

test('a stay that cannot be ordered has no price', () => {
  expect(quoted({ guests: 5 })).toMatchObject({ reason: 'GUESTS_OUT_OF_RANGE' });
});

test('a total that a number cannot hold exactly is refused', () => {
  const largest = { '2026-12-10': Number.MAX_SAFE_INTEGER - 1, '2026-12-11': 1 };
  expect(quoted({}, { nightPrices: largest })).toMatchObject({
    total: cny(Number.MAX_SAFE_INTEGER),
  });
  expect(quoted({}, { nightPrices: { ...largest, '2026-12-11': 2 } })).toMatchObject({
    reason: 'AMOUNT_TOO_LARGE',
  });
});
