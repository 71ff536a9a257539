import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Prometheus' own label `job` names what it scrapes, and it renames a metric's label of that name. */
export const jobLabel = 'job_name';

export type JobMetrics = ReturnType<typeof jobMetrics>;

export const jobMetrics = (registry: Registry) => ({
  runs: new Counter({
    name: 'jobs_total',
    help: 'Runs of jobs',
    labelNames: [jobLabel, 'result'],
    registers: [registry],
  }),
  lastSuccess: new Gauge({
    name: 'job_last_success_timestamp_seconds',
    help: 'When this copy last ran a job with success; take the maximum over all copies',
    labelNames: [jobLabel],
    registers: [registry],
  }),
  lateness: new Histogram({
    name: 'job_lateness_seconds',
    help: 'How long after its deadline a job began to run',
    labelNames: [jobLabel],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 60],
    registers: [registry],
  }),
});
