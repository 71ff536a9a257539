import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MongoServerError } from 'mongodb';
import { Registry } from 'prom-client';
import { testDatabasePrefix, testMongoUri } from '../testing/database.ts';
import { startProxy, type TestProxy } from '../testing/proxy.ts';
import { databaseAway } from './database-errors.ts';
import { type Database, openDatabase } from './mongo.ts';

const metrics = new Registry();
let proxy: TestProxy;
let database: Database;
beforeAll(async () => {
  const uri = new URL(testMongoUri());
  proxy = await startProxy(Number(uri.port));
  uri.port = String(proxy.port);
  database = await openDatabase(uri.href, `${testDatabasePrefix()}own`, { metrics });
});
afterAll(async () => {
  await database.db.dropDatabase();
  await database.stop();
  await proxy.stop();
});

const counters = () => database.db.collection<{ _id: string; n: number }>('counters');
const increase = () =>
  database.transaction((session) =>
    counters().updateOne({ _id: 'one' }, { $inc: { n: 1 } }, { session, upsert: true }),
  );
const outcomeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error) => databaseAway(error) ?? error,
  );

test('work on a frozen database fails as an outage, and goes on when it is thawed', async () => {
  await increase();
  proxy.freeze();
  const outcomes = await Promise.all([
    outcomeOf(counters().findOne({})),
    outcomeOf(counters().insertOne({ _id: 'two', n: 0 })),
    outcomeOf(increase()),
  ]);
  for (const outcome of outcomes) expect(outcome).toMatch(/again/);
  proxy.thaw();
  await increase();
  expect(await counters().findOne({ _id: 'one' })).toMatchObject({ _id: 'one' });
  // Without limits of ours the driver takes 40 s to notice.
}, 30_000);

test('transactions that conflict are all done, and their tries are counted', async () => {
  await counters().deleteMany({});
  await Promise.all(Array.from({ length: 20 }, increase));
  expect(await counters().findOne({ _id: 'one' })).toMatchObject({ n: 20 });
  const shown = await metrics.metrics();
  expect(shown).toMatch(/mongodb_transaction_tries_total\{try="again"\} [1-9]/);
  expect(shown).toMatch(/mongodb_connections\{state="open"\} [1-9]/);
  expect(shown).toMatch(/mongodb_connections\{state="in use"\} 0/);
});

test('who asks for the time while it is read shares the next reading', async () => {
  const hellos = async () => {
    const shown = await metrics.metrics();
    return Number(/mongodb_commands_total\{[^}]*"hello"[^}]*\} (\d+)/.exec(shown)?.[1] ?? 0);
  };
  const before = await hellos();
  const [first, ...others] = await Promise.all(Array.from({ length: 50 }, database.now));
  expect(await hellos()).toBe(before + 2);
  expect(new Set(others).size).toBe(1);
  expect(others[0]?.getTime()).toBeGreaterThanOrEqual(first?.getTime() ?? Number.NaN);
});

test('what a client may do depends on the label of the error', () => {
  const labelled = (label: string) => {
    const error = new MongoServerError({ message: 'no' });
    error.addErrorLabel(label);
    return databaseAway(error);
  };
  expect(labelled('TransientTransactionError')).toMatch(/Nothing was changed/);
  expect(labelled('UnknownTransactionCommitResult')).toMatch(/same idempotency key/);
  expect(databaseAway(new MongoServerError({ message: 'a fault' }))).toBeUndefined();
});
