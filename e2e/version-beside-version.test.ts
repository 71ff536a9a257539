import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { always, documentDoor } from '../runtime/document-door.ts';
import { findMigrations } from '../runtime/migrations/find.ts';
import type { NamedMigration } from '../runtime/migrations/migration.ts';
import { runMigrations } from '../runtime/migrations/run.ts';
import { openDatabase } from '../runtime/mongo.ts';
import { testMongoUri } from '../testing/database.ts';
import { dateIn, storyOf } from '../testing/story.ts';
import { startTestSystem, type TestSystem, withoutScheduler } from '../testing/system.ts';

/**
 * An order of the next version: it says through which channel it came. Orders from before came
 * through the web.
 */
type NextOrder = { sn: string; state: string; channel: string };
const nextDoor = documentDoor<NextOrder, 'sn'>({
  key: 'sn',
  fields: { state: always, channel: 'web' },
  version: 2,
});

const addChannel: NamedMigration = {
  name: '9001-channel',
  run: ({ updateEach }) =>
    updateEach('orders', { channel: { $exists: false } }, { $set: { channel: 'web' } }),
};
const refuseOlder: NamedMigration = { name: '9002-last', refusesOlder: true, run: async () => {} };

let system: TestSystem;
let story: ReturnType<typeof storyOf>;
beforeAll(async () => {
  system = await startTestSystem({ parts: withoutScheduler });
  story = storyOf(system);
});
afterAll(() => system?.stop());

/** Migrates the order service's database as the next version's `npm run migrate` does. */
async function migrateToNext(...next: NamedMigration[]): Promise<void> {
  const database = await openDatabase(testMongoUri(), `${system.env.DATABASE_PREFIX}order`);
  const migrations = [...(await findMigrations('order')), ...next];
  await runMigrations({ database, migrations, say: () => {} });
  await database.stop();
}

const place = (night: number) =>
  story.place({
    homestayId: `home-${night % 20}`,
    checkIn: dateIn(10 + night),
    checkOut: dateIn(11 + night),
  });

const orders = () => system.databases.order.collection<{ _id: string; state: string }>('orders');
const readByNext = async (sn: string) => {
  const document = await orders().findOne({ _id: sn });
  return nextDoor.fromDocument(document as never);
};

test('version N takes and changes orders while version N+1 migrates, and afterwards', async () => {
  const before = await Promise.all(Array.from({ length: 4 }, (_, night) => place(night)));
  const [meanwhile] = await Promise.all([
    Promise.all(Array.from({ length: 8 }, (_, night) => place(20 + night))),
    migrateToNext(addChannel),
  ]);
  const after = await place(40);

  for (const { sn } of [...before, ...meanwhile, after])
    expect(await story.see(sn)).toMatchObject({ sn, state: 'WAIT_PAY' });
  const [first] = before;
  expect(await story.cancel(first?.sn as string)).toMatchObject({ state: 'CANCELLED' });
  expect(await orders().findOne({ _id: first?.sn as string })).toMatchObject({ channel: 'web' });
});

test('version N+1 reads what version N has written before and after its migration', async () => {
  const old = await place(50);
  await orders().insertOne({
    ...(await orders().findOne({ _id: old.sn })),
    ...{ _id: 'HSO2026120104000099999999', idempotencyKey: 'next', channel: 'agency' },
    ...{ schemaVersion: 2 },
  } as never);
  expect(await readByNext(old.sn)).toMatchObject({ channel: 'web', state: 'WAIT_PAY' });
  expect(await readByNext('HSO2026120104000099999999')).toMatchObject({ channel: 'agency' });
  expect(await story.see('HSO2026120104000099999999')).toMatchObject({ state: 'WAIT_PAY' });
});

test('one more process of version N starts on the database of version N+1', async () => {
  const stop = await system.startCopy('order');
  await stop();
});

test('it no longer starts once a migration refuses older versions', async () => {
  await migrateToNext(addChannel, refuseOlder);
  await expect(system.startCopy('order')).rejects.toThrow(/has 9002-last of a newer version/);
});
