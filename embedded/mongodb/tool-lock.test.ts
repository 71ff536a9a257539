import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { withToolLock } from './tool-lock.ts';

const directory = mkdtempSync(join(tmpdir(), 'homestay-lock-'));
afterAll(() => rmSync(directory, { recursive: true }));

test('two builds at the same time happen one after the other', async () => {
  const path = join(directory, 'build.lock');
  const events: string[] = [];
  const build = (name: string) =>
    withToolLock(
      path,
      () => events.push(`${name} waits`),
      async () => {
        events.push(`${name} begins`);
        await new Promise((resolve) => setImmediate(resolve));
        events.push(`${name} ends`);
      },
    );
  await Promise.all([build('first'), build('second')]);
  expect(events).toEqual([
    'first begins',
    'second waits',
    'first ends',
    'second begins',
    'second ends',
  ]);
});

test('the lock of a build that was killed is taken over', async () => {
  const path = join(directory, 'killed.lock');
  writeFileSync(path, 'somebody');
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(path, longAgo, longAgo);
  expect(
    await withToolLock(
      path,
      () => {},
      async () => 'built',
    ),
  ).toBe('built');
});

test('a build that fails gives the lock up', async () => {
  const path = join(directory, 'failed.lock');
  await expect(
    withToolLock(
      path,
      () => {},
      () => Promise.reject(new Error('no compiler')),
    ),
  ).rejects.toThrow('no compiler');
  const waiting = () => {
    throw new Error('the lock is still held');
  };
  expect(await withToolLock(path, waiting, async () => 'built')).toBe('built');
});
