import { expect, test } from '@jest/globals';
import { lateRefusals } from './late-refusals.ts';

test('of those refused in one second, all but some wait', () => {
  let at = 0;
  const waits: number[] = [];
  const late = lateRefusals({
    atOnce: 2,
    delayMs: 500,
    now: () => at,
    wait: async (ms) => waits.push(ms),
  });
  const refused = () => [late(), late(), late()].map((waiting) => waiting !== undefined);
  expect(refused()).toEqual([false, false, true]);
  at = 999;
  expect(refused()).toEqual([true, true, true]);
  at = 1_000;
  expect(refused()).toEqual([false, false, true]);
  expect(waits).toEqual([500, 500, 500, 500, 500]);
});
