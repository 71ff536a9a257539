import { startParts } from '../embedded/system.ts';
import { openJobQueue } from '../runtime/job-queue.ts';
import { openDatabase } from '../runtime/mongo.ts';
import { migrateTestDatabases, testDatabasePrefix } from '../testing/database.ts';
import { agendaJobs } from './closing/agenda-jobs.ts';
import { asynqTasks } from './closing/asynq-tasks.ts';
import { bullJobs } from './closing/bull-jobs.ts';
import { type Closed, fill, untilClosed } from './closing/due-orders.ts';
import type { Benchmark, Row } from './rows.ts';
import { secrets } from './secrets.ts';
import { withMongo } from './stage.ts';

type Subject = Pick<Row, 'subject' | 'role'> & {
  /** @throws where what it needs is not there */
  close: (uri: string, orders: number) => Promise<Closed>;
  /** How many it is given, where it would not be done with all. */
  atMost?: number;
};

const subjects: Subject[] = [
  { subject: 'ours', role: 'ours', close: alarmClock },
  { subject: 'asynq, a task for each', role: 'peer', close: asynqTasks },
  { subject: 'BullMQ, a job for each', role: 'peer', close: bullJobs },
  { subject: 'Agenda, a job for each', role: 'peer', close: agendaJobs, atMost: 300 },
];

/**
 * How many orders that are due at one instant are closed in a second, from that instant until the
 * last is closed. `p50` and `p99` are how late they are. A number says how many orders.
 */
export const run: Benchmark = async ({ quick, rest: [given] }) => {
  const orders = Number(given ?? (quick ? 2_000 : 10_000));
  const rows: Row[] = [];
  await withMongo(async (uri) => {
    for (const { subject, role, close, atMost = orders } of subjects) {
      const count = Math.min(orders, atMost);
      console.error(`  ${count} orders: ${subject}`);
      const row = { benchmark: 'closing', task: `${orders} orders due at once`, role };
      const name = count < orders ? `${subject} (${count} orders)` : subject;
      try {
        const { seconds, late } = await close(uri, count);
        const figures = { perSecond: count / seconds, p50: late.p50, p99: late.p99 };
        rows.push({ ...row, subject: name, figures });
      } catch (error) {
        if (role === 'ours') throw error;
        rows.push({ ...row, subject, figures: {}, absent: (error as Error).message });
      }
    }
  });
  return rows;
};

/** As the product does it: order service and scheduler, over HTTP. */
async function alarmClock(uri: string, count: number): Promise<Closed> {
  const env = {
    MONGODB_URI: uri,
    DATABASE_PREFIX: testDatabasePrefix(),
    SERVICE_SECRET: secrets.SERVICE_SECRET,
    LOG_LEVEL: 'error',
    SWEEP_EVERY: '1h',
  };
  await migrateTestDatabases(env.DATABASE_PREFIX, uri);
  const database = await openDatabase(uri, `${env.DATABASE_PREFIX}order`);
  const { closeAt } = await fill(database, count);
  const queue = await openJobQueue(env);
  await queue.setJob('close-orders', closeAt);
  const system = await startParts(['order', 'scheduler'], env);
  const closed = await untilClosed(database, closeAt);
  await system.stop();
  await database.stop();
  await queue.stop();
  return closed;
}
