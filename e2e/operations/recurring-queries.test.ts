import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { doEveryJob } from '../../testing/operations/every-job.ts';
import {
  type Examined,
  examinedBy,
  type Search,
  searchesOf,
  shapeOf,
} from '../../testing/operations/examined.ts';
import { fillNights, fillSettledPast } from '../../testing/operations/settled-past.ts';
import { watchCommands } from '../../testing/operations/watch-commands.ts';
import { storyOf } from '../../testing/payment/story.ts';
import { startTestSystem, type TestSystem, withoutScheduler } from '../../testing/system.ts';

/** How many orders and payments have ended. */
const settled = Number(process.env.SETTLED ?? 2_000);
/** How many nights of stays to come are held. */
const nightsHeld = 4_000;
/** What is left to do here: some orders, and some documents of the services themselves. */
const fewDocuments = 20;

const watch = watchCommands(searchesOf);
let system: TestSystem;
beforeAll(async () => {
  const env = { QUERY_WAITING_AFTER: '1ms', QUERY_ENDED_AFTER: '1ms' };
  system = await startTestSystem({ parts: [], env, patient: true });
  await fillSettledPast(system.databases, settled);
  await fillNights(system.databases.order, nightsHeld);
  for (const name of withoutScheduler) await system[name].start();
}, 3_600_000);
afterAll(async () => {
  watch.stop();
  await system?.stop();
}, 600_000);

/** Something is left to do of every kind. */
async function openWork(): Promise<void> {
  const story = storyOf(system);
  const [due, waiting] = [await story.order(), await story.order()];
  await story.pay(waiting);
  const [left, used] = [await story.booked({ inDays: 20 }), await story.booked()];
  await story.leave(left.sn);
  const orders = system.databases.order.collection<{ _id: string }>('orders');
  await orders.updateOne({ _id: due }, { $set: { closeAt: new Date(0) } });
  const past = { closeAt: new Date(0), 'attempt.closeFrom': new Date(0) };
  await orders.updateOne({ _id: waiting }, { $set: past });
  await orders.updateOne({ _id: used.sn }, { $set: { checkOut: '2026-01-02' } });
}

/** What the jobs and the metrics of the work left search for, once for each shape. */
async function recurringSearches(): Promise<Search[]> {
  watch.sent.length = 0;
  await doEveryJob(system);
  for (const name of ['order', 'payment'] as const) await system.metric(name, 'open_work');
  const prefix = system.env.DATABASE_PREFIX as string;
  const ours = watch.sent.filter(
    ({ database, filter }) => database.startsWith(prefix) && !filter.$changeStream,
  );
  // The first page of each: the last one begins where little is left.
  const first = ours.reverse().map((search) => [shapeOf(search), search] as const);
  return [...new Map(first).values()];
}

test(`with ${settled} settled payments, what recurs reads only what is left to do`, async () => {
  await openWork();
  const examined: Examined[] = [];
  for (const search of await recurringSearches()) {
    const service = search.database.slice((system.env.DATABASE_PREFIX as string).length);
    const db = system.databases[service as keyof TestSystem['databases']];
    examined.push(await examinedBy(db, search));
  }
  const lines = examined.map((one) => `${one.examined} read, ${one.returned} found: ${one.what}`);
  if (process.env.SETTLED) console.info(lines.sort().join('\n'));
  expect(examined.filter((one) => one.examined > 2 * one.returned + fewDocuments)).toEqual([]);
  const collections = new Set(examined.map(({ what }) => what.split(' ')[0]));
  const all = ['orders', 'nights', 'payments', 'refunds', 'emails', 'calendars', 'webhooks'];
  expect([...collections]).toEqual(expect.arrayContaining(all));
}, 3_600_000);
