import type { Registry } from 'prom-client';
import { databaseGauges } from '../runtime/database-gauges.ts';
import { jobCollection } from '../runtime/job-queue.ts';
import type { Database } from '../runtime/mongo.ts';
import { type JobName, jobList } from './jobs.ts';
import { jobLabel } from './metrics.ts';

type Queue = { set: number; due: number; failing: number; oldestDueSeconds: number };

type Value = [labels: Record<string, string>, value: number];

const empty: Queue = { set: 0, due: 0, failing: 0, oldestDueSeconds: 0 };

/** Shows what is in the job queue, by the database's clock; the same at every copy. */
export function queueGauges(metrics: Registry, database: Pick<Database, 'db' | 'now'>): void {
  const show = (value: keyof Queue) => (queues: Map<JobName, Queue>) =>
    [...queues].map(([job, queue]): Value => [{ [jobLabel]: job }, queue[value]]);
  const gauge = (name: string, help: string, value: keyof Queue) => ({
    name,
    help,
    labelNames: [jobLabel],
    show: show(value),
  });
  databaseGauges(metrics, () => readQueues(database), [
    gauge('jobs_set', 'Jobs in the queue, due or not', 'set'),
    gauge('jobs_due', 'Jobs that are due and that no scheduler runs', 'due'),
    gauge('jobs_failing', 'Jobs whose last run failed', 'failing'),
    gauge('jobs_oldest_due_seconds', 'How long the oldest due job has waited', 'oldestDueSeconds'),
  ]);
}

async function readQueues(database: Pick<Database, 'db' | 'now'>): Promise<Map<JobName, Queue>> {
  const now = await database.now();
  const jobs = await jobCollection(database)
    .find()
    .project<StoredJob>({ name: 1, nextRunAt: 1, lockedAt: 1, failedAt: 1, lastFinishedAt: 1 })
    .toArray();
  const queues = new Map<JobName, Queue>(jobList.map(([name]) => [name, { ...empty }]));
  for (const job of jobs) count(queues.get(job.name), job, now);
  return queues;
}

type StoredJob = {
  name: JobName;
  nextRunAt?: Date | null;
  lockedAt?: Date | null;
  failedAt?: Date | null;
  lastFinishedAt?: Date | null;
};

function count(queue: Queue | undefined, job: StoredJob, now: Date): void {
  if (!queue) return;
  queue.set += 1;
  // Agenda writes both when a run fails, and the end alone when one succeeds.
  if (job.failedAt && job.failedAt >= (job.lastFinishedAt ?? job.failedAt)) queue.failing += 1;
  if (job.lockedAt || !job.nextRunAt || job.nextRunAt > now) return;
  queue.due += 1;
  const seconds = (now.getTime() - job.nextRunAt.getTime()) / 1_000;
  queue.oldestDueSeconds = Math.max(queue.oldestDueSeconds, seconds);
}
