import { expect, test } from '@jest/globals';
import { availability, nightLimit, nightsBetween } from './availability.ts';

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

test('a night is free unless it is held', () => {
  expect(availability(['2027-01-01', '2027-01-02'], new Set(['2027-01-02']))).toEqual([
    { night: '2027-01-01', free: true },
    { night: '2027-01-02', free: false },
  ]);
});

test('each request can ask for 10,000 nights', () => {
  const nights = nightsBetween('2027-01-01', '2027-04-11');
  for (const count of [nightLimit(), nightLimit()]) {
    for (let homestay = 0; homestay < 100; homestay += 1) count(nights);
    expect(() => count(nights.slice(0, 1))).toThrow('10000 nights at most');
  }
});
