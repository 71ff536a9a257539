import { expect, test } from '@jest/globals';
import { retryTimes } from './retry-times.ts';

const at = (ms: number) => new Date(ms);

test('what fails is due later each time, up to a limit, and at once after a success', () => {
  const times = retryTimes(100, 300);
  expect(times.isDue('a', at(0))).toBe(true);
  let now = 0;
  for (const wait of [100, 200, 300, 300]) {
    times.failed('a', at(now));
    expect(times.isDue('a', at(now + wait - 1))).toBe(false);
    now += wait;
    expect(times.isDue('a', at(now))).toBe(true);
  }
  expect(times.isDue('b', at(0))).toBe(true);
  times.failed('a', at(now));
  times.succeeded('a');
  expect(times.isDue('a', at(now))).toBe(true);
});
