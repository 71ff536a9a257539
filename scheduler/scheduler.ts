import { Agenda, type Job as AgendaJob, backoffStrategies } from 'agenda';
import { Counter, Histogram, type Registry } from 'prom-client';
import { ensureJobIndexes, jobBackend } from '../runtime/job-queue.ts';
import type { Stop } from '../runtime/lifecycle.ts';
import { type Log, withLogFields } from '../runtime/log.ts';
import type { Database } from '../runtime/mongo.ts';
import { type Job, type JobNeeds, jobs } from './jobs.ts';
import type { SchedulerSettings } from './settings.ts';

export type SchedulerOptions = {
  database: Database;
  needs: JobNeeds;
  settings: SchedulerSettings;
  metrics: Registry;
  log: Log;
};

// A job whose process died is taken over when its lock is this old. A job that runs longer may run twice, which is no harm.
const lockLifetimeMs = 8_000;
// Agenda by default locks everything due before it runs anything.
const lockLimit = 50;
const pollEveryMs = 1_000;
const drainMs = 10_000;

/** Runs the table of jobs on Agenda. Any number of schedulers may do so on one database. */
export async function runJobs({
  database,
  needs,
  settings,
  metrics,
  log,
}: SchedulerOptions): Promise<Stop> {
  await ensureJobIndexes(database);
  const agenda = new Agenda({
    backend: jobBackend(database),
    processEvery: pollEveryMs,
    defaultLockLifetime: lockLifetimeMs,
    defaultLockLimit: lockLimit,
    removeOnComplete: true,
  });
  agenda.on('error', (error) => log.error({ err: error }, 'the job queue failed'));
  const observe = jobMetrics(metrics);
  for (const [name, job] of Object.entries(jobs)) {
    agenda.define(name, (run) => runJob({ name, job, run, needs, log, observe }), {
      ...(job.every
        ? {}
        : {
            backoff: backoffStrategies.exponential({
              delay: 500,
              maxDelay: 30_000,
              maxRetries: 1_000,
              jitter: 0.3,
            }),
          }),
    });
  }
  await agenda.start();
  for (const [name, { every }] of Object.entries(jobs)) {
    // Otherwise Agenda leaves the next run of a job that is there already to the interval it was set with before.
    if (every) await agenda.every(settings[every], name, undefined, { skipImmediate: true });
  }
  return async () => {
    const { lockedJobs } = await agenda.getRunningStats(true);
    await agenda.drain({ timeout: drainMs });
    // Draining leaves locked what it had taken and not begun; another scheduler would wait for those locks to expire.
    if (Array.isArray(lockedJobs))
      await agenda.db.unlockJobs(lockedJobs.flatMap(({ _id }) => _id ?? []));
  };
}

type Run = {
  name: string;
  job: Job;
  run: AgendaJob;
  needs: JobNeeds;
  log: Log;
  observe: ReturnType<typeof jobMetrics>;
};

async function runJob({ name, job, run, needs, log, observe }: Run): Promise<void> {
  const due = (run.attrs.data as { closeAt?: Date } | undefined)?.closeAt;
  if (due) observe.lateness.observe({ job: name }, Math.max(0, Date.now() - due.getTime()) / 1000);
  await withLogFields({ job: name, jobId: String(run.attrs._id) }, () => job.run(needs)).then(
    () => observe.runs.inc({ job: name, result: 'done' }),
    (error) => {
      observe.runs.inc({ job: name, result: 'failed' });
      log.warn({ err: error, job: name }, 'a job failed and will run again');
      throw error;
    },
  );
}

const jobMetrics = (metrics: Registry) => ({
  runs: new Counter({
    name: 'jobs_total',
    help: 'Runs of jobs',
    labelNames: ['job', 'result'],
    registers: [metrics],
  }),
  lateness: new Histogram({
    name: 'job_lateness_seconds',
    help: 'How long after its deadline a job began to run',
    labelNames: ['job'],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 60],
    registers: [metrics],
  }),
});
