import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { examine, type Finding } from '../../embedded/examine.ts';
import { storyOf } from '../../testing/story.ts';
import { startTestSystem, type TestSystem } from '../../testing/system.ts';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem();
}, 60_000);
afterAll(() => system.stop());

const wrong = async (): Promise<Finding[]> => {
  const { MONGODB_URI = '', DATABASE_PREFIX = '' } = system.env;
  const found = await examine({ MONGODB_URI, DATABASE_PREFIX }, system.env as NodeJS.ProcessEnv);
  expect(found.length).toBeGreaterThan(10);
  return found.filter(({ todo }) => todo !== undefined);
};

test('a system that is well has nothing to do', async () => {
  expect(await wrong()).toEqual([]);
});

test('what is wrong is named, with what to do', async () => {
  await system.scheduler.stop();
  const { sn } = await storyOf(system).place();
  const orders = system.databases.order.collection<{ _id: string }>('orders');
  await orders.updateOne({ _id: sn }, { $set: { closeAt: new Date(Date.now() - 60_000) } });
  const journal = system.databases.travel.collection('migrations');
  expect(await wrong()).toEqual([
    {
      what: expect.stringContaining('1 order to close'),
      todo: 'See ops/runbooks/OrdersOverdue.md.',
    },
    { what: expect.stringContaining('scheduler does not answer'), todo: expect.anything() },
  ]);
  await journal.deleteMany({});
  const unmigrated = expect.stringContaining('the database of travel is not migrated');
  expect(await wrong()).toContainEqual({
    what: unmigrated,
    todo: expect.stringContaining('npm run migrate'),
  });
});
