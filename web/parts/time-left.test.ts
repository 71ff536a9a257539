import { expect, test } from '@jest/globals';
import { minutesAndSeconds, secondsLeft } from './time-left.ts';

const closeAt = '2026-12-01T10:20:00Z';
test.each([
  // Ordered now, for 20 minutes: the deadline is rounded up to a whole second.
  ['09:59:59.001', '20:00'],
  ['10:00:00.000', '20:00'],
  ['10:00:00.001', '19:59'],
  ['10:19:59.000', '00:01'],
  ['10:19:59.500', '00:00'],
  ['10:21:00.000', '00:00'],
])('at %s there is %s left', (now, shown) => {
  const left = secondsLeft(closeAt, Date.parse(`2026-12-01T${now}Z`));
  expect(minutesAndSeconds(left)).toBe(shown);
});
