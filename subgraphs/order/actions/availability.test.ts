import { expect, test } from '@jest/globals';
import { availability, bookableNights, nightLimit, nightsBetween } from './availability.ts';

test('nights run from the first date up to, but not including, the last', () => {
  expect(nightsBetween('2027-12-31', '2028-01-02')).toEqual(['2027-12-31', '2028-01-01']);
  expect(nightsBetween('2027-12-31', '2028-01-01')).toEqual(['2027-12-31']);
  expect(nightsBetween('2027-12-31', '2028-12-31')).toHaveLength(366);
});

test.each([
  ['2027-01-01', '2027-01-01'],
  ['2027-01-02', '2027-01-01'],
  ['2027-12-31', '2029-01-01'],
  ['2027-01-01', '9999-12-31'],
])('nights from %s to %s are refused', (from, to) => {
  expect(() => nightsBetween(from, to)).toThrow('must be 1 to 366 days after');
});

test('a night can be booked unless it is held, past, or too far ahead', () => {
  const nights = ['2026-12-31', '2027-01-01', '2027-01-02', '2027-01-03', '2027-01-04'];
  const open = { first: '2027-01-01', last: '2027-01-03' };
  const seen = availability(nights, new Set(['2027-01-02']), open);
  expect(seen.map(({ night }) => night)).toEqual(nights);
  expect(seen.map(({ free }) => free)).toEqual([false, true, false, true, false]);
});

test('nights can be booked from today on, by the date where the homestay lies', () => {
  const limits = { maxDaysAhead: 10, maxNights: 2 };
  const now = new Date('2026-12-31T18:00:00Z');
  expect(bookableNights({ limits }, 'Asia/Shanghai', now)).toEqual({
    first: '2027-01-01',
    last: '2027-01-12',
  });
  expect(bookableNights({ limits }, 'Europe/Lisbon', now).first).toBe('2026-12-31');
});

test('each request can ask for 10,000 nights', () => {
  const nights = nightsBetween('2027-01-01', '2027-04-11');
  for (const count of [nightLimit(), nightLimit()]) {
    for (let homestay = 0; homestay < 100; homestay += 1) count(nights);
    expect(() => count(nights.slice(0, 1))).toThrow('10000 nights at most');
  }
});
