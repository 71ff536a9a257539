import { expect, test } from '@jest/globals';
import { sharedWork } from './shared-work.ts';

test('what many want at once is done once', async () => {
  const share = sharedWork<string>();
  const done = new Set<string>();
  let count = 0;
  const want = (key: string) =>
    share(
      key,
      () => done.has(key),
      async () => {
        count += 1;
        done.add(key);
      },
    );
  await Promise.all([want('a'), want('a'), want('b'), want('a')]);
  await want('a');
  expect(count).toBe(2);
});

test('one who fails is told so, and the next one tries', async () => {
  const share = sharedWork<string>();
  let count = 0;
  let isDone = false;
  const want = () =>
    share(
      'a',
      () => isDone,
      async () => {
        count += 1;
        if (count === 1) throw new Error('gone');
        isDone = true;
      },
    );
  const told = await Promise.allSettled([want(), want(), want()]);
  expect(told.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  expect(count).toBe(2);
});

test('what is not remembered is done by each, one after the other', async () => {
  const share = sharedWork<string>();
  let count = 0;
  const want = () =>
    share(
      'a',
      () => false,
      async () => {
        count += 1;
      },
    );
  await Promise.all([want(), want()]);
  expect(count).toBe(2);
});
