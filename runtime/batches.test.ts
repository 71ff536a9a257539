import { expect, test } from '@jest/globals';
import { eventually } from '../testing/eventually.ts';
import { inBatches } from './batches.ts';
import { currentRequestId, withLogFields } from './log.ts';

const aLongTime = 600_000;

/** Batches that end when they are told to. Each item's result is the item, written twice. */
function batches({ most = 100, patienceMs = aLongTime } = {}) {
  const begun: { items: readonly string[]; by?: string; end(): void; fail(error: Error): void }[] =
    [];
  const ask = inBatches<string, string>({
    most,
    patienceMs,
    run: (items) =>
      new Promise((resolve, reject) => {
        const by = currentRequestId();
        const end = () => resolve(items.map((item) => item + item));
        begun.push({ items, ...(by ? { by } : {}), end, fail: reject });
      }),
  });
  return { begun, ask };
}
const aTurn = () => new Promise((resolve) => setImmediate(resolve));

test('who asks while no batch is under way does not wait', async () => {
  const { begun, ask } = batches();
  for (const item of ['a', 'b']) {
    const result = ask(item);
    expect(begun.at(-1)?.items).toEqual([item]);
    begun.at(-1)?.end();
    expect(await result).toBe(item + item);
  }
});

test('all who ask while a batch is under way are the next one, as many as one may hold', async () => {
  const { begun, ask } = batches({ most: 2 });
  const results = ['a', 'b', 'c', 'd'].map(ask);
  await aTurn();
  expect(begun.map(({ items }) => items)).toEqual([['a']]);
  for (let batch = 0; batch < 3; batch += 1) {
    begun[batch]?.end();
    await aTurn();
  }
  expect(begun.map(({ items }) => items)).toEqual([['a'], ['b', 'c'], ['d']]);
  expect(await Promise.all(results)).toEqual(['aa', 'bb', 'cc', 'dd']);
});

test('a batch that fails fails those who are in it, and no other', async () => {
  const { begun, ask } = batches();
  const results = Promise.allSettled(['a', 'b', 'c'].map(ask));
  begun[0]?.end();
  await aTurn();
  const last = ask('d');
  begun[1]?.fail(new Error('away'));
  await aTurn();
  begun[2]?.end();
  expect((await results).map(({ status }) => status)).toEqual([
    ...['fulfilled', 'rejected', 'rejected'],
  ]);
  expect(await last).toBe('dd');
});

test('nobody waits for long for a slow batch, nor for others that wait', async () => {
  const { begun, ask } = batches({ most: 1, patienceMs: 1 });
  const results = ['a', 'b', 'c'].map(ask);
  await eventually(() => begun.length === 3);
  // The first is done last, and nobody waits for it any more.
  begun[1]?.end();
  begun[2]?.end();
  expect(await Promise.all(results.slice(1))).toEqual(['bb', 'cc']);
  begun[0]?.end();
  expect(await results[0]).toBe('aa');
});

test('a batch is a part of the request that was its first', async () => {
  const { begun, ask } = batches();
  const results = ['a', 'b', 'c'].map((requestId) =>
    withLogFields({ requestId }, () => ask(requestId)),
  );
  begun[0]?.end();
  await aTurn();
  begun[1]?.end();
  await Promise.all(results);
  expect(begun.map(({ by }) => by)).toEqual(['a', 'b']);
});
