import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { noLog } from '../../../testing/payment/samples.ts';
import { tryEach, tryOne } from './try-each.ts';

const fail = () => Promise.reject(new Error('away'));

test('whether a task went well is known, and a failure is thrown no further', async () => {
  expect(await tryOne(noLog, async () => false)).toBe(true);
  expect(await tryOne(noLog, fail)).toBe(false);
});

test('a task that fails stops no other', async () => {
  const done: number[] = [];
  const task = async (n: number) => (n % 2 === 0 ? fail() : done.push(n));
  expect(await tryEach(noLog, [1, 2, 3, 4, 5], task)).toBe(3);
  expect(done).toEqual([1, 3, 5]);
});

test('twenty tasks run at once, and each once', async () => {
  let running = 0;
  let most = 0;
  const done: number[] = [];
  const task = async (n: number) => {
    running += 1;
    most = Math.max(most, running);
    await nextTurn();
    running -= 1;
    done.push(n);
  };
  const items = Array.from({ length: 50 }, (_, n) => n);
  expect(await tryEach(noLog, items, task)).toBe(50);
  expect(most).toBe(20);
  expect(done.sort((a, b) => a - b)).toEqual(items);
});
