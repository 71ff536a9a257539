import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { jobSetter } from '../runtime/job-queue.ts';
import { createLog } from '../runtime/log.ts';
import type { Database } from '../runtime/mongo.ts';
import { freshDatabase } from '../testing/database.ts';
import { eventually } from '../testing/eventually.ts';
import { jobList, jobs as jobTable, operationOf } from './jobs.ts';
import { jobMetrics } from './metrics.ts';
import { runJobs } from './run-jobs.ts';
import { schedulerSettings } from './settings.ts';

const warnings: string[] = [];
const log = createLog('test', 'warn', { write: (line) => void warnings.push(line) });
const everyHour = jobList.flatMap(([, { every }]) => (every ? [[every, '1h']] : []));
const settings = schedulerSettings.parse({
  MONGODB_URI: 'mongodb://unused',
  SERVICE_SECRET: 'a secret of the tests, for the services',
  ...Object.fromEntries(everyHour),
});

let database: Database;
beforeAll(async () => {
  database = await freshDatabase('scheduler');
});
beforeEach(async () => {
  await jobs().deleteMany({});
});
afterAll(() => database.stop());

const jobs = () => database.db.collection('jobs');

/** A scheduler whose services answer as `answer` does. */
function startScheduler(answer: () => Promise<unknown> = async () => ({}), more = {}) {
  const asked: string[] = [];
  const service = {
    ask: <Data>(query: string) => {
      asked.push(query);
      return answer() as Promise<Data>;
    },
  };
  const services = { order: service, payment: service };
  const metrics = jobMetrics(new Registry());
  const options = { database, services, metrics, log, settings: { ...settings, ...more } };
  return runJobs(options).then((stop) => ({ asked, stop }));
}

const closeQuery = operationOf(jobTable['close-orders']);
const setCloseJob = (closeAt: Date) => jobSetter(database)('close-orders', closeAt);

test('a one-time job runs when it is due and is then removed', async () => {
  const { asked, stop } = await startScheduler();
  await setCloseJob(new Date());
  await eventually(() => asked.includes(closeQuery));
  await eventually(async () => (await jobs().countDocuments({ name: 'close-orders' })) === 0);
  await stop();
});

test('a one-time job that fails is retried until it succeeds', async () => {
  let failures = 2;
  const { asked, stop } = await startScheduler(async () => {
    if (failures-- > 0) throw new Error('no answer');
    return {};
  });
  await setCloseJob(new Date());
  await eventually(async () => (await jobs().countDocuments({ name: 'close-orders' })) === 0);
  expect(asked.filter((query) => query === closeQuery)).toHaveLength(3);
  await stop();
});

test('every recurring job is scheduled once, however many schedulers start', async () => {
  const both = [await startScheduler(), await startScheduler()];
  const scheduled = await jobs().find({ type: 'single' }).toArray();
  const recurring = jobList.flatMap(([name, { every }]) => (every ? [name] : []));
  expect(scheduled.map(({ name }) => name).sort()).toEqual(recurring.sort());
  for (const { stop } of both) await stop();
});

test('a scheduler that starts with another interval reschedules the job', async () => {
  await (await startScheduler()).stop();
  const before = await jobs().findOne({ name: 'sweep-orders' });
  await (await startScheduler(undefined, { SWEEP_EVERY: 60_000 })).stop();
  const after = await jobs().findOne({ name: 'sweep-orders' });
  expect(after?.nextRunAt.getTime()).toBeLessThan(before?.nextRunAt.getTime());
});

test('a recurring job that a fast clock set an hour ahead runs at its interval again', async () => {
  const { asked, stop } = await startScheduler(undefined, { SWEEP_EVERY: 1_000 });
  const sweep = operationOf(jobTable['sweep-orders']);
  await eventually(() => asked.includes(sweep));
  const ahead = new Date(Date.now() + 3_600_000);
  await eventually(async () => {
    const set = { $set: { nextRunAt: ahead } };
    await jobs().updateOne({ name: 'sweep-orders', lockedAt: null }, set);
    return (await jobs().countDocuments({ name: 'sweep-orders', nextRunAt: ahead })) === 1;
  });
  const before = asked.filter((query) => query === sweep).length;
  await eventually(() => asked.filter((query) => query === sweep).length > before + 2);
  await stop();
});

test('a job under way finishes before the scheduler stops', async () => {
  let finish = () => {};
  let finished = false;
  const { asked, stop } = await startScheduler(async () => {
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    finished = true;
    return {};
  });
  await setCloseJob(new Date());
  await eventually(() => asked.includes(closeQuery));
  const stopped = stop();
  finish();
  await stopped;
  expect(finished).toBe(true);
  expect(await jobs().countDocuments({ lockedAt: { $ne: null } })).toBe(0);
  // The scheduler says so if it has given up waiting.
  expect(warnings.filter((line) => line.includes('jobs under way'))).toEqual([]);
});
