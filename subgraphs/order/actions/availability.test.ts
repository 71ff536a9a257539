import { expect, test } from '@jest/globals';
import { availability, nightCounter, nightsAsked } from './availability.ts';

test('nights run from the first date up to, and without, the last', () => {
  expect(nightsAsked('2027-12-31', '2028-01-02')).toEqual(['2027-12-31', '2028-01-01']);
  expect(nightsAsked('2027-12-31', '2028-12-31')).toHaveLength(366);
});

test.each([
  ['2027-01-01', '2027-01-01'],
  ['2027-01-02', '2027-01-01'],
  ['2027-12-31', '2029-01-01'],
  ['2027-01-01', '9999-12-31'],
])('nights from %s to %s cannot be asked for', (from, to) => {
  expect(() => nightsAsked(from, to)).toThrow('must be 1 to 366 days after');
});

test('a night is free unless it is held', () => {
  expect(availability(['2027-01-01', '2027-01-02'], new Set(['2027-01-02']))).toEqual([
    { night: '2027-01-01', free: true },
    { night: '2027-01-02', free: false },
  ]);
});

test('one request can ask about 10,000 nights, another one again', () => {
  const nights = nightsAsked('2027-01-01', '2027-04-11');
  for (const count of [nightCounter(), nightCounter()]) {
    for (let homestay = 0; homestay < 100; homestay += 1) count(nights);
    expect(() => count(nights.slice(0, 1))).toThrow('10000 nights at most');
  }
});
