import { expect, test } from '@jest/globals';
import { type OrderedWorkOptions, orderedWork } from './ordered-work.ts';

/** Work whose items end when the test says so. */
function workOf(given: Partial<OrderedWorkOptions<string, string>> = {}) {
  const ends = new Map<string, () => void>();
  const started: string[] = [];
  const delivered: string[] = [];
  const counts = { replaced: 0, overflows: 0 };
  const work = orderedWork<string, string>({
    maxRunning: 2,
    maxWaiting: 2,
    keyOf: (item) => item[0],
    mayStart: () => true,
    run: (item) => {
      started.push(item);
      return new Promise((resolve) => ends.set(item, () => resolve(item.toUpperCase())));
    },
    deliver: (_item, result) => delivered.push(result),
    onReplaced: () => {
      counts.replaced += 1;
    },
    onOverflow: () => {
      counts.overflows += 1;
    },
    ...given,
  });
  const end = async (item: string) => {
    ends.get(item)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { work, started, delivered, counts, end };
}

test('results are delivered in the order of their items, whichever is ready first', async () => {
  const { work, started, delivered, end } = workOf();
  for (const item of ['a1', 'b1', 'c1']) work.push(item);
  expect(started).toEqual(['a1', 'b1']);
  await end('b1');
  expect([started, delivered]).toEqual([['a1', 'b1'], []]);
  await end('a1');
  expect([started, delivered]).toEqual([
    ['a1', 'b1', 'c1'],
    ['A1', 'B1'],
  ]);
});

test('when too many wait, a newer state replaces an older one of the same thing', async () => {
  const { work, started, counts, end } = workOf({ maxRunning: 1 });
  for (const item of ['a1', 'b1', 'c1', 'b2']) work.push(item);
  for (const item of ['a1', 'c1', 'b2']) await end(item);
  expect([started, counts]).toEqual([['a1', 'c1', 'b2'], { replaced: 1, overflows: 0 }]);
});

test('too many things that cannot replace each other are an overflow', () => {
  const { work, counts } = workOf({ maxRunning: 1, keyOf: () => undefined });
  for (const item of ['a1', 'a2', 'a3', 'a4']) work.push(item);
  expect(counts).toEqual({ replaced: 0, overflows: 1 });
});

test('an item that may not start yet keeps its place, and those behind it wait', async () => {
  const alone = (item: string, running: readonly string[]) =>
    item !== 'x2' || !running.includes('x1');
  const { work, started, end } = workOf({ mayStart: alone });
  for (const item of ['x1', 'x2', 'a1']) work.push(item);
  expect([started, work.lastWaiting()]).toEqual([['x1'], 'a1']);
  await end('x1');
  expect(started).toEqual(['x1', 'x2', 'a1']);
});
