import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freshDatabase } from '../testing/database.ts';
import { eventually } from '../testing/eventually.ts';
import { openLease, preferAlone, singleRun } from './lease.ts';
import type { Database } from './mongo.ts';

let database: Database;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.stop());

const taken = (ms: number, name: string) => openLease(database, name, ms);

test('of many that take a free lease at once, one gets it', async () => {
  const all = await Promise.all(Array.from({ length: 10 }, () => taken(60_000, 'race').take()));
  expect(all.filter(Boolean)).toHaveLength(1);
});

test('its holder takes it again, others only once it is given back', async () => {
  const [one, two] = [taken(60_000, 'work'), taken(60_000, 'work')];
  expect(await one.take()).toBe(true);
  expect(await one.take()).toBe(true);
  expect(await two.take()).toBe(false);
  await two.release();
  expect(await two.take()).toBe(false);
  await one.release();
  expect(await two.take()).toBe(true);
});

test('a lease that is not renewed runs out', async () => {
  const [killed, next] = [taken(50, 'other'), taken(60_000, 'other')];
  expect(await killed.take()).toBe(true);
  expect(await eventually(() => next.take())).toBe(true);
  expect(await killed.take()).toBe(false);
});

test('leases of different names do not know of each other', async () => {
  expect(await taken(60_000, 'a').take()).toBe(true);
  expect(await taken(60_000, 'b').take()).toBe(true);
});

test('work that prefers to be alone waits for the holder, but not for ever', async () => {
  const [one, two] = [taken(60_000, 'alone'), taken(60_000, 'alone')];
  await one.take();
  let ran = false;
  const work = async () => {
    ran = true;
  };
  const waiting = preferAlone(two, work, 60_000);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(ran).toBe(false);
  await one.release();
  await waiting;
  expect(ran).toBe(true);
  expect(await one.take()).toBe(true);
  expect(await preferAlone(two, async () => 'ran all the same', 50)).toBe('ran all the same');
  expect(await two.take()).toBe(false);
});

test('a single run leaves out what comes while it is under way, here or in another process', async () => {
  const [here, there] = [singleRun(taken(60_000, 'single')), singleRun(taken(60_000, 'single'))];
  let finish: ((value: string) => void) | undefined;
  const first = here(
    () =>
      new Promise<string>((resolve) => {
        finish = resolve;
      }),
  );
  await eventually(async () => finish !== undefined);
  expect(await there(async () => 'twice')).toBeNull();
  expect(await here(async () => 'twice')).toBeNull();
  finish?.('done');
  expect(await first).toBe('done');
  expect(await there(async () => 'next')).toBe('next');
  await expect(here(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(await there(async () => 'after a failure')).toBe('after a failure');
});
