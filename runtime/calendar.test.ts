import { expect, test } from '@jest/globals';
import { addDays, dateIn, datesBetween, daysBetween } from './calendar.ts';

test.each([
  ['2026-12-24', 0, '2026-12-24'],
  ['2026-12-24', 8, '2027-01-01'],
  ['2028-02-28', 1, '2028-02-29'],
  ['2027-03-01', -1, '2027-02-28'],
])('%s and %i days is %s', (date, days, expected) => {
  expect(addDays(date, days)).toBe(expected);
  expect(daysBetween(date, expected)).toBe(days);
});

test('dates from one to another leave out the last, and there are none backwards', () => {
  expect(datesBetween('2026-12-30', '2027-01-02')).toEqual([
    '2026-12-30',
    '2026-12-31',
    '2027-01-01',
  ]);
  expect(datesBetween('2026-12-30', '2026-12-30')).toEqual([]);
  expect(datesBetween('2026-12-30', '2026-12-29')).toEqual([]);
});

test.each([
  ['Asia/Shanghai', '2026-12-01'],
  ['America/New_York', '2026-11-30'],
  ['UTC', '2026-11-30'],
])('at 20:00 in UTC on the last of November the date in %s is %s', (timeZone, date) => {
  expect(dateIn(timeZone, new Date('2026-11-30T20:00:00Z'))).toBe(date);
});
