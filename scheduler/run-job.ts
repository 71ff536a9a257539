import type { Log } from '../runtime/log.ts';
import { withLogFields } from '../runtime/log.ts';
import type { ServiceClient } from '../runtime/service-client.ts';
import { type AskedService, type JobName, jobs, operationOf } from './jobs.ts';
import type { JobMetrics } from './metrics.ts';

export type RunJobNeeds = {
  services: Record<AskedService, Pick<ServiceClient, 'ask'>>;
  metrics: JobMetrics;
  log: Log;
};

/** One run of a job. */
export type JobRun = {
  name: JobName;
  id: string;
  /** The deadline that a one-time job was set for. */
  dueAt?: Date;
};

/** Asks the job's service to do the work. @throws what the service answers, so that the job runs again later */
export async function runJob({ services, metrics, log }: RunJobNeeds, run: JobRun): Promise<void> {
  const { name, id, dueAt } = run;
  if (dueAt)
    metrics.lateness.observe({ job: name }, Math.max(0, Date.now() - dueAt.getTime()) / 1000);
  try {
    await withLogFields({ job: name, jobId: id }, () =>
      services[jobs[name].ask[0]].ask(operationOf(jobs[name])),
    );
    metrics.runs.inc({ job: name, result: 'done' });
  } catch (error) {
    metrics.runs.inc({ job: name, result: 'failed' });
    log.warn({ err: error, job: name }, 'a job failed and will run again');
    throw error;
  }
}
