import { expect, test } from '@jest/globals';
import { sharedWork } from './shared-work.ts';

test('what many want at once is done once', async () => {
  const share = sharedWork<string>();
  const done = new Set<string>();
  let count = 0;
  const want = (key: string) => {
    const work = async () => {
      count += 1;
      done.add(key);
    };
    return share(key, () => done.has(key), work);
  };
  await Promise.all([want('a'), want('a'), want('b'), want('a')]);
  await want('a');
  expect(count).toBe(2);
});

test('when work fails, only the client that began it is told, and another one tries again', async () => {
  const share = sharedWork<string>();
  let count = 0;
  let isDone = false;
  const work = async () => {
    count += 1;
    if (count === 1) throw new Error('gone');
    isDone = true;
  };
  const want = () => share('a', () => isDone, work);
  const told = await Promise.allSettled([want(), want(), want()]);
  expect(told.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  expect(count).toBe(2);
});

test('what is not remembered is done by each, one after the other', async () => {
  const share = sharedWork<string>();
  const seen: string[] = [];
  const work = async () => {
    seen.push('begins');
    await Promise.resolve();
    seen.push('ends');
  };
  const want = () => share('a', () => false, work);
  await Promise.all([want(), want(), want()]);
  expect(seen).toEqual(Array.from({ length: 3 }, () => ['begins', 'ends']).flat());
});
