import { setTimeout as delay } from 'node:timers/promises';
import { Agenda, type Job as AgendaJob, backoffStrategies, type DrainResult } from 'agenda';
import { jobBackend, traceOfJob } from '../runtime/job-queue.ts';
import type { Stop } from '../runtime/lifecycle.ts';
import type { Log } from '../runtime/log.ts';
import type { Database } from '../runtime/mongo.ts';
import type { OneTimeJobData } from '../runtime/one-time-jobs.ts';
import { type JobName, jobList } from './jobs.ts';
import { keepRecurring } from './keep-recurring.ts';
import { type RunJobNeeds, runJob } from './run-job.ts';
import type { SchedulerSettings } from './settings.ts';

export type RunJobsOptions = RunJobNeeds & { database: Database; settings: SchedulerSettings };

// When a process dies, another takes its jobs over after this time. A job that runs for longer may
// run twice, which is harmless.
const lockLifetimeMs = 8_000;
// By default Agenda locks everything that is due before it runs anything.
const lockLimit = 50;
const pollEveryMs = 1_000;
const drainMs = 10_000;
const lookEveryMs = 20;

/** A one-time job is retried until it succeeds; a recurring one just waits for its next run. */
const retry = backoffStrategies.exponential({
  delay: 500,
  maxDelay: 30_000,
  maxRetries: 1_000,
  jitter: 0.3,
});

/** Runs the table of jobs on Agenda. Any number of schedulers may do so on one database. */
export async function runJobs(options: RunJobsOptions): Promise<Stop> {
  const { database, settings, ...needs } = options;
  const agenda = new Agenda({
    backend: jobBackend(database),
    processEvery: pollEveryMs,
    defaultLockLifetime: lockLifetimeMs,
    defaultLockLimit: lockLimit,
    removeOnComplete: true,
  });
  agenda.on('error', (error) => needs.log.error({ err: error }, 'the job queue failed'));
  for (const [name, { every }] of jobList) {
    const run = async (job: AgendaJob) => {
      const one = runOf(name, job);
      const trace = needs.tracer && !every ? await traceOfJob(database, one.id) : undefined;
      await runJob(needs, { ...one, trace });
    };
    agenda.define(name, run, every ? {} : { backoff: retry });
  }
  await agenda.start();
  for (const [name, { every }] of jobList) {
    // Without skipImmediate, Agenda keeps the next run of an existing job at the interval it was
    // set with before.
    if (every) await agenda.every(settings[every], name, undefined, { skipImmediate: true });
  }
  const stopKeeping = keepRecurring({ database, settings, log: needs.log });
  return async () => {
    await stopKeeping();
    await drain(agenda, needs.log);
  };
}

const runOf = (name: JobName, { attrs }: AgendaJob) => ({
  name,
  id: String(attrs._id),
  deadline: (attrs.data as Partial<OneTimeJobData> | undefined)?.closeAt,
});

/** Waits for the jobs under way, but not for ever. */
async function drain(agenda: Agenda, log: Log): Promise<void> {
  const { lockedJobs } = await agenda.getRunningStats(true);
  const nothingRuns = new AbortController();
  let drained: DrainResult | undefined;
  const draining = agenda.drain({ timeout: drainMs, signal: nothingRuns.signal }).then((result) => {
    drained = result;
  });
  // Agenda looks whether a job still runs when one is complete. It removes a one-time job after
  // that, counts it as running until then, and would wait for the whole time.
  const look = async () => {
    const running = await agenda.getRunningStats().then(
      ({ runningJobs }) => runningJobs,
      () => undefined,
    );
    if (running === 0) nothingRuns.abort();
    else await delay(lookEveryMs);
  };
  while (!drained) await Promise.race([draining, look()]);
  if (drained.timedOut) log.warn({ running: drained.running }, 'stopped beside jobs under way');
  // Draining keeps the locks of jobs that were taken and not begun. Without this, other schedulers
  // wait until they expire.
  if (Array.isArray(lockedJobs))
    await agenda.db.unlockJobs(lockedJobs.flatMap(({ _id }) => _id ?? []));
}
