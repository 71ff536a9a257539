import { MongoBackend } from '@agendajs/mongo-backend';
import { Agenda } from 'agenda';
import { startParts } from '../embedded/system.ts';
import { openJobQueue } from '../runtime/job-queue.ts';
import { type Database, openDatabase } from '../runtime/mongo.ts';
import { type NightDocument, nightDocuments } from '../subgraphs/order/store/nights.ts';
import { orderCollection, toDocument } from '../subgraphs/order/store/order-document.ts';
import { migrateTestDatabases, testDatabasePrefix } from '../testing/database.ts';
import { openOrderStores } from '../testing/order/open-stores.ts';
import { sampleOrder } from '../testing/order/sample-order.ts';
import { withMongo } from './stage.ts';

const jobsMeasured = 400;

/** How long it takes from a deadline until the last of many orders that are due at it is closed. */
export const run = async ([orders = '10000']: string[]): Promise<void> =>
  withMongo(async (uri) => {
    const ours = await alarmClock(uri, Number(orders));
    const peer = await oneJobForEach(uri, jobsMeasured);
    console.log(
      `\n${'orders due in one second'.padEnd(40)}${'closed after'.padStart(14)}${'orders/s'.padStart(12)}`,
    );
    row(`${orders}, an alarm for the second`, Number(orders), ours);
    row(`${jobsMeasured}, an Agenda job for each`, jobsMeasured, peer);
    console.log(
      `\n${(Number(orders) / ours / (jobsMeasured / peer)).toFixed(1)} times as many orders closed in the same time`,
    );
  });

const row = (what: string, count: number, seconds: number) =>
  console.log(
    `${what.padEnd(40)}${`${seconds.toFixed(2)} s`.padStart(14)}${(count / seconds).toFixed(0).padStart(12)}`,
  );

/** As the product does it: order service and scheduler, over HTTP. */
async function alarmClock(uri: string, count: number): Promise<number> {
  const env = { ...settings(uri), SWEEP_EVERY: '1h' };
  await migrateTestDatabases(env.DATABASE_PREFIX, uri);
  const database = await openDatabase(uri, `${env.DATABASE_PREFIX}order`);
  const closeAt = await fill(database, count);
  const queue = await openJobQueue(env);
  await queue.setJob('close-orders', closeAt);
  const system = await startParts(['order', 'scheduler'], env);
  const seconds = await untilClosed(database, closeAt);
  await system.stop();
  await database.stop();
  await queue.stop();
  return seconds;
}

/**
 * Agenda as it comes: a job for each order, which closes that order as one would write it first.
 */
async function oneJobForEach(uri: string, count: number): Promise<number> {
  const prefix = testDatabasePrefix();
  await migrateTestDatabases(prefix, uri);
  const database = await openDatabase(uri, `${prefix}order`);
  const closeAt = await fill(database, count);
  const store = openOrderStores(database);
  const sns = await database.db
    .collection<{ _id: string }>('orders')
    .find({}, { projection: { _id: 1 } })
    .toArray();
  const backend = new MongoBackend({ mongo: database.db, collection: 'jobs' });
  const agenda = new Agenda({
    backend,
    processEvery: 1_000,
    defaultLockLimit: 50,
    removeOnComplete: true,
  });
  agenda.define('close-order', async (run) => {
    const { sn } = run.attrs.data as { sn: string };
    await store.change({ sn, cause: 'DEADLINE_PASSED', at: new Date() });
  });
  await agenda.ready;
  for (const { _id: sn } of sns) await agenda.schedule(closeAt, 'close-order', { sn });
  await agenda.start();
  const seconds = await untilClosed(database, closeAt);
  await agenda.drain();
  await database.stop();
  return seconds;
}

const settings = (uri: string) => ({
  MONGODB_URI: uri,
  DATABASE_PREFIX: testDatabasePrefix(),
  SERVICE_SECRET: 'a secret of a benchmark, for the services',
  LOG_LEVEL: 'error',
});

/** Stores orders of two nights each that are all due at one instant, some seconds ahead. */
async function fill(database: Database, count: number): Promise<Date> {
  const orders = orderCollection(database.db);
  const nights = database.db.collection<NightDocument>('nights');
  const closeAt = new Date(
    Math.ceil(Date.now() / 1000) * 1000 + 5_000 + Math.ceil(count / 2_000) * 1_000,
  );
  for (let done = 0; done < count; done += 1_000) {
    const some = Array.from({ length: Math.min(1_000, count - done) }, () =>
      sampleOrder({ closeAt, homestayId: crypto.randomUUID() }),
    );
    await orders.insertMany(some.map(toDocument));
    await nights.insertMany(some.flatMap(nightDocuments));
  }
  return closeAt;
}

/** Seconds from the deadline until no order waits any more. */
async function untilClosed(database: Database, closeAt: Date): Promise<number> {
  const limit = closeAt.getTime() + 300_000;
  while (
    (await database.db.collection('orders').countDocuments({ state: 'WAIT_PAY' }, { limit: 1 })) > 0
  ) {
    if (Date.now() > limit) throw new Error('not all orders were closed within five minutes');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return (Date.now() - closeAt.getTime()) / 1000;
}
