import { expect, test } from '@jest/globals';
import { joinedRuns } from './joined-runs.ts';

/** Runs that end when they are told to. */
function runs() {
  const begun: { end(): void; fail(error: Error): void }[] = [];
  const join = joinedRuns<number>();
  const ask = () =>
    join(
      () =>
        new Promise((resolve, reject) => {
          const number = begun.length + 1;
          begun.push({ end: () => resolve(number), fail: reject });
        }),
    );
  return { begun, ask };
}
const aTurn = () => new Promise((resolve) => setImmediate(resolve));

test('all who ask while a run is under way share the next one', async () => {
  const { begun, ask } = runs();
  const first = ask();
  await aTurn();
  const later = [ask(), ask(), ask()];
  await aTurn();
  expect(begun).toHaveLength(1);
  begun[0]?.end();
  await aTurn();
  expect(begun).toHaveLength(2);
  // The second run is under way: it may have looked already.
  const last = ask();
  begun[1]?.end();
  await aTurn();
  begun[2]?.end();
  expect(await Promise.all([first, ...later, last])).toEqual([1, 2, 2, 2, 3]);
});

test('a run that fails fails those who share it, and no other', async () => {
  const { begun, ask } = runs();
  const first = expect(ask()).rejects.toThrow('away');
  await aTurn();
  const second = ask();
  begun[0]?.fail(new Error('away'));
  await first;
  await aTurn();
  begun[1]?.end();
  expect(await second).toBe(2);
});
