import { expect, test } from '@jest/globals';
import { type HomestayFilter, isInWindow, ranksOf, searchFault } from './homestay-search.ts';

const limits = { maxNights: 30, maxDaysAhead: 365 };
const stay = (checkIn: string, checkOut: string) => ({ stay: { checkIn, checkOut } });
const price = (bounds: object) => ({ price: { currency: 'CNY', ...bounds } });
const box = { south: 30, west: 120, north: 31, east: 121 };

test.each<[string, HomestayFilter]>([
  ['no guests', { guests: 0 }],
  ['fewer than no guests', { guests: -1 }],
  ['a negative lowest price', price({ min: -1 })],
  ['a negative highest price', price({ max: -1 })],
  ['a lowest price above the highest', price({ min: 2, max: 1 })],
  ['an unknown currency', { price: { currency: 'XYZ' } }],
  ['a stay of no night', stay('2026-12-01', '2026-12-01')],
  ['a stay that ends before it begins', stay('2026-12-02', '2026-12-01')],
  ['a stay that is too long', stay('2026-12-01', '2027-01-01')],
  ['a text that is too long', { text: 'x'.repeat(201) }],
  ['too many words', { text: 'a b c d e f g h i j k' }],
  ['a latitude beyond the pole', { near: { latitude: 91, longitude: 0, radiusKm: 1 } }],
  ['a longitude of no map', { near: { latitude: 0, longitude: 181, radiusKm: 1 } }],
  ['a radius of nothing', { near: { latitude: 0, longitude: 0, radiusKm: 0 } }],
  ['a radius of half the world', { near: { latitude: 0, longitude: 0, radiusKm: 1_001 } }],
  ['a box upside down', { within: { ...box, south: 32 } }],
  ['a box beyond the map', { within: { ...box, east: 181 } }],
])('%s is refused', (_, filter) => {
  expect(searchFault(filter, 'RECOMMENDED', limits)).toEqual(expect.any(String));
});

test.each<[string, HomestayFilter]>([
  ['nothing', {}],
  ['nulls', { guests: null, price: null, food: null, text: null, stay: null, near: null }],
  ['a price of exactly so much', price({ min: 5, max: 5 })],
  ['the longest stay', stay('2026-12-01', '2026-12-31')],
  ['one night over the turn of the year', stay('2026-12-31', '2027-01-01')],
  ['a box over the date line', { within: { ...box, west: 179, east: -179 } }],
])('%s can be searched for', (_, filter) => {
  expect(searchFault(filter, 'RECOMMENDED', limits)).toBeNull();
});

test('prices are an order only within one currency', () => {
  expect(searchFault({}, 'CHEAPEST', limits)).toMatch('currency');
  expect(searchFault({}, 'DEAREST', limits)).toMatch('currency');
  expect(searchFault(price({}), 'CHEAPEST', limits)).toBeNull();
});

test('a stay begins between today and the last day that orders are taken for, where the homestay lies', () => {
  const window = { now: new Date('2026-11-27T18:00:00Z'), maxDaysAhead: 10 };
  const begins = (checkIn: string, zone: string) =>
    isInWindow({ checkIn, checkOut: '2027-01-01' }, zone, window);
  expect(begins('2026-11-27', 'Europe/Lisbon')).toBe(true);
  expect(begins('2026-11-27', 'Asia/Shanghai')).toBe(false);
  expect(begins('2026-12-07', 'Europe/Lisbon')).toBe(true);
  expect(begins('2026-12-08', 'Europe/Lisbon')).toBe(false);
  expect(begins('2026-12-08', 'Asia/Shanghai')).toBe(true);
});

test('recommended homestays rank before all others, unrated ones last', () => {
  const rank = (preferred: boolean, rating: number | null) => ranksOf({ preferred, rating }).rank;
  expect(rank(true, null)).toBeGreaterThan(rank(false, 5));
  expect(rank(true, 4.5)).toBeGreaterThan(rank(true, 4.4));
  expect(rank(false, 1)).toBeGreaterThan(rank(false, null));
});
