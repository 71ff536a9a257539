import { expect, test } from '@jest/globals';
import { runAtMost } from './run-at-most.ts';

test('more work than may run waits, in order, and a failure makes room too', async () => {
  const run = runAtMost(2);
  const started: number[] = [];
  const ends: (() => void)[] = [];
  const works = [0, 1, 2, 3].map((n) =>
    run(async () => {
      started.push(n);
      await new Promise<void>((resolve) => {
        ends[n] = resolve;
      });
      if (n === 0) throw new Error('failed');
      return n;
    }).catch((error) => error.message),
  );
  expect(started).toEqual([0, 1]);
  ends[0]?.();
  await works[0];
  await new Promise((resolve) => setImmediate(resolve));
  expect(started).toEqual([0, 1, 2]);
  ends[1]?.();
  await works[1];
  await new Promise((resolve) => setImmediate(resolve));
  for (const end of ends.slice(2)) end();
  expect(await Promise.all(works)).toEqual(['failed', 1, 2, 3]);
});
