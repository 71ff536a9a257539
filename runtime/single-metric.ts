import type { Metric, Registry } from 'prom-client';

/** The metric of this name in the registry. It is made once, however many things share it. */
export const singleton = <M extends Metric>(
  metrics: Registry,
  name: string,
  make: (name: string) => M,
): M => (metrics.getSingleMetric(name) as M | undefined) ?? make(name);
