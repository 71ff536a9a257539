import { type Metric, Registry } from 'prom-client';

/** The labels that Prometheus and its configuration give to all that is scraped. */
export const labelsOfTargets = ['job', 'instance', 'service'];

type Declared = { name: string; labelNames: readonly string[] };

/** From now on, the labels of each metric that this process makes, by the metric's name. */
export function watchMetricLabels(): ReadonlyMap<string, readonly string[]> {
  const labels = new Map<string, readonly string[]>();
  const register = Registry.prototype.registerMetric;
  Registry.prototype.registerMetric = function <T extends string>(metric: Metric<T>) {
    const { name, labelNames } = metric as unknown as Declared;
    labels.set(name, labelNames);
    for (const end of ['_sum', '_count']) labels.set(name + end, labelNames);
    labels.set(`${name}_bucket`, [...labelNames, 'le']);
    register.call(this, metric);
  };
  return labels;
}
