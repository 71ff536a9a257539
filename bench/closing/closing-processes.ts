import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { anyPorts, withAddresses } from '../../embedded/system.ts';
import { type Database, openDatabase } from '../../runtime/mongo.ts';
import { oneTimeJobs } from '../../runtime/one-time-jobs.ts';
import { testDatabasePrefix } from '../../testing/database.ts';
import { type MeasuredProcess, startMeasured, together, untilOk } from '../measured-process.ts';
import { secrets } from '../secrets.ts';
import { type Closed, fill, untilClosed } from './due-orders.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export type ClosingNeeds = {
  uri: string;
  count: number;
  /** The checkout that runs; here where nothing is said. */
  folder?: string;
  /** How many processes, each of them an order service and a scheduler. */
  processes: number;
};

/**
 * As the product does it: order service and scheduler, over HTTP, in processes of their own. The
 * code is that of any commit; the orders, the job and who watches are the same.
 */
export async function closingProcesses(needs: ClosingNeeds): Promise<Closed & { cpu: number }> {
  const { uri, count, folder = root, processes } = needs;
  const env = {
    ...secrets,
    MONGODB_URI: uri,
    DATABASE_PREFIX: testDatabasePrefix(),
    LOG_LEVEL: 'error',
    SWEEP_EVERY: '1h',
  };
  migrate(folder, env);
  const closers = await Promise.all(
    Array.from({ length: processes }, () => startClosers({ folder, env })),
  );
  const all = together(closers);
  const database = await openDatabase(uri, `${env.DATABASE_PREFIX}order`);
  const scheduler = await openDatabase(uri, `${env.DATABASE_PREFIX}scheduler`);
  try {
    const { closeAt } = await fill(database, count);
    await setCloseJob(scheduler, closeAt, folder);
    await new Promise((go) => setTimeout(go, closeAt.getTime() - Date.now() - 1_000));
    const before = await all.usage();
    const closed = await untilClosed(database, closeAt);
    const after = await all.usage();
    return { ...closed, cpu: (after.cpu - before.cpu) / count };
  } finally {
    all.stop();
    await database.stop();
    await scheduler.stop();
  }
}

/** Early commits have no migrations: their processes make what they need when they start. */
function migrate(folder: string, env: Record<string, string>): void {
  const program = join(folder, 'embedded', 'migrate.ts');
  if (!existsSync(program)) return;
  const run = ['--import', 'tsx', program];
  const all = { ...process.env, ...env };
  execFileSync(process.execPath, run, { cwd: folder, env: all, stdio: 'ignore' });
}

/**
 * Starts an order service and a scheduler in a process of their own, and waits until the second of
 * them listens.
 * @param skewMs how far their clock is ahead
 */
export async function startClosers({
  folder = root,
  env,
  skewMs = 0,
}: {
  folder?: string;
  env: Record<string, string>;
  skewMs?: number;
}): Promise<MeasuredProcess> {
  const complete = await withAddresses({ ...anyPorts, ...env, CHAOS_SKEW_MS: String(skewMs) });
  const program = `import { startParts } from './embedded/system.ts';
    await startParts(['order', 'scheduler'], process.env);`;
  const skew = skewMs === 0 ? [] : ['--import', './chaos/skew.ts'];
  const process = startMeasured({
    program: ['--import', 'tsx', ...skew, '--input-type=module', '-e', program],
    ...{ cwd: folder, env: complete },
  });
  await untilOk(`${complete.SCHEDULER_URL}/health/live`);
  return process;
}

/** Commits without that table start the job at its deadline. */
export async function setCloseJob(
  { db }: Pick<Database, 'db'>,
  closeAt: Date,
  folder = root,
): Promise<void> {
  const knowsEarly = existsSync(join(folder, 'runtime', 'one-time-jobs.ts'));
  const early = knowsEarly ? oneTimeJobs['close-orders'].startEarlyMs : 0;
  const nextRunAt = new Date(closeAt.getTime() - early);
  const job = { name: 'close-orders', type: 'normal', priority: 0, lockedAt: null };
  await db.collection('jobs').insertOne({ ...job, data: { closeAt }, nextRunAt });
}
