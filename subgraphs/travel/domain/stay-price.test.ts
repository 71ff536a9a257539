import { expect, test } from '@jest/globals';
import { isWithin, type Priced, partyOf, totalOf } from './stay-price.ts';

const cny = (amount: number) => ({ amount, currency: 'CNY' });
const attic: Priced = { id: 'attic', price: cny(100), soldPerPerson: false };
const perPerson = { ...attic, soldPerPerson: true };
const nights = ['2026-12-01', '2026-12-02'];
const own = new Map([['attic', new Map([['2026-12-02', cny(150)]])]]);

test('a search is for its nights and guests, or for one guest without dates', () => {
  const stay = { checkIn: '2026-12-01', checkOut: '2026-12-03' };
  expect(partyOf({ stay, guests: 3 })).toEqual({ nights, guests: 3 });
  expect(partyOf({})).toEqual({ nights: null, guests: 1 });
  expect(partyOf({ stay: null, guests: null })).toEqual({ nights: null, guests: 1 });
});

test('a stay costs the sum of its nights, at their own prices or the usual one', () => {
  expect(totalOf(attic, { nights, guests: 3 }, own)).toBe(250);
  expect(totalOf(attic, { nights, guests: 3 }, new Map())).toBe(200);
  expect(totalOf({ ...attic, id: 'loft' }, { nights, guests: 3 }, own)).toBe(200);
});

test('a homestay that is sold per person costs that for each guest', () => {
  expect(totalOf(perPerson, { nights, guests: 3 }, own)).toBe(750);
  expect(totalOf(perPerson, { nights: null, guests: 3 }, own)).toBe(300);
});

test('without dates it is one night at the usual price', () => {
  expect(totalOf(attic, { nights: null, guests: 3 }, own)).toBe(100);
});

test.each([
  [250, nights, { min: 125 }, true],
  [250, nights, { min: 126 }, false],
  [250, nights, { max: 125 }, true],
  [250, nights, { max: 124 }, false],
  [250, nights, {}, true],
  [250, nights, { min: null, max: null }, true],
  [100, null, { min: 100, max: 100 }, true],
  [100, null, { min: 101 }, false],
  [100, null, { max: 99 }, false],
])('a total of %i for %j is within %j: %s', (total, those, range, within) => {
  const bounds = { currency: 'CNY', ...range };
  expect(isWithin(total, { nights: those, guests: 1 }, bounds)).toBe(within);
});
