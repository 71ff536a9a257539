import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../runtime/log.ts';
import { withLogFields } from '../runtime/log.ts';
import type { ServiceClient } from '../runtime/service-client.ts';
import { type TraceHeaders, type Tracer, traced } from '../runtime/tracing/span.ts';
import { type AskedService, type JobName, jobs, operationOf } from './jobs.ts';
import { type JobMetrics, jobLabel } from './metrics.ts';

export type RunJobNeeds = {
  services: Record<AskedService, Pick<ServiceClient, 'ask'>>;
  metrics: JobMetrics;
  log: Log;
  clock?: Clock;
  tracer?: Tracer | undefined;
};

/** Measures and waits; in milliseconds. */
export type Clock = { now(): number; wait(ms: number): Promise<unknown> };

const ownClock: Clock = { now: () => performance.now(), wait: (ms) => delay(ms) };

/** One run of a job. */
export type JobRun = {
  name: JobName;
  id: string;
  /** The deadline that a one-time job was set for. */
  deadline?: Date;
  /** Of the request that set it, where requests are traced. */
  trace?: TraceHeaders | undefined;
};

type Answer = Record<string, { dueInMs?: number } | null>;

// A clock that is wrong by more than this is a fault of its own. The sweep closes what the job then
// does not.
const longestWaitMs = 5_000;
// A timer may fire a little early, and so may a wait that leaves the answer's way out of account.
const maxTries = 5;

const latenessOf = (deadline: Date) => Math.max(0, Date.now() - deadline.getTime()) / 1000;

/**
 * Asks the service of a job to do the work, and again at the deadline if the job started early.
 * @throws what the service answers, so that the job is retried
 */
export async function runJob(
  { services, metrics, log, tracer, clock = ownClock }: RunJobNeeds,
  run: JobRun,
): Promise<void> {
  const { name, id, deadline, trace } = run;
  const requestId = `job-${randomUUID()}`;
  const span = tracer?.begin(`job ${name}`, {
    kind: 'consumer',
    within: trace,
    attributes: { 'job.name': name, 'job.id': id, 'request.id': requestId },
  });
  /** Asks for the work. Returns how long the deadline is still ahead, by the database's clock. */
  const ask = async (): Promise<number> => {
    const variables = deadline ? { deadline } : {};
    const answer = await services[jobs[name].ask[0]].ask<Answer>(
      operationOf(jobs[name]),
      variables,
    );
    return Object.values(answer)[0]?.dueInMs ?? 0;
  };
  const askUntilDue = async () => {
    for (let tries = 0; tries < maxTries; tries += 1) {
      const asked = clock.now();
      const dueInMs = await ask();
      if (dueInMs === 0 || dueInMs > longestWaitMs) return;
      // The service looked at its clock when it was asked; the answer has been on its way since.
      await clock.wait(Math.max(1, dueInMs - (clock.now() - asked)));
    }
  };
  try {
    await traced(span, () => withLogFields({ job: name, jobId: id, requestId }, askUntilDue));
    if (deadline) metrics.lateness.observe({ [jobLabel]: name }, latenessOf(deadline));
    metrics.runs.inc({ [jobLabel]: name, result: 'done' });
    metrics.lastSuccess.setToCurrentTime({ [jobLabel]: name });
  } catch (error) {
    metrics.runs.inc({ [jobLabel]: name, result: 'failed' });
    log.warn({ err: error, job: name }, 'a job failed and will run again');
    throw error;
  }
}
