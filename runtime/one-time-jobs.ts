import type { TraceHeaders } from './tracing/span.ts';

/**
 * The jobs that a service sets for a deadline and the scheduler runs, declared once for both. There
 * is one job for each name and deadline.
 */
export const oneTimeJobs = {
  /** The order service closes what is due. */
  'close-orders': {
    /**
     * It starts this much before its deadline and then waits by the database's clock. So neither a
     * scheduler's clock nor its polling makes it late.
     */
    startEarlyMs: 2_500,
  },
} as const;

export type OneTimeJob = keyof typeof oneTimeJobs;

/** What a one-time job carries. */
export type OneTimeJobData = { closeAt: Date };

/**
 * What is stored beside it where requests are traced: the work that set the job first. It is no part
 * of the data, by which a job is told from others.
 */
export type OneTimeJobTrace = { trace?: TraceHeaders };
