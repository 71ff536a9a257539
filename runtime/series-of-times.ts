import type { Metric, Registry } from 'prom-client';

export type TimesOptions<Label extends string> = {
  name: string;
  help: string;
  labelNames: readonly Label[];
  /** Upper bounds in seconds, from small to large. */
  buckets?: readonly number[];
};

/** Takes what a series is told of. */
type Observe = (seconds: number) => void;

type Series = { labels: Record<string, string>; counts: number[]; sum: number };

const standardBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * A histogram of times, of which each request tells several. prom-client's own looks its series up
 * by a text of all labels and its bucket by a number written as text, each time anew; here a series
 * is looked up once.
 * @returns makes a series, one for each combination of labels
 */
export function seriesOfTimes<Label extends string>(
  metrics: Registry,
  { name, help, labelNames, buckets = standardBuckets }: TimesOptions<Label>,
): (...labels: string[]) => Observe {
  const all: Series[] = [];
  const metric = {
    ...{ name, help, type: 'histogram', aggregator: 'sum', labelNames },
    get: async () => ({
      ...{ name, help, type: 'histogram', aggregator: 'sum' },
      values: all.filter(({ counts }) => counts.some(Boolean)).flatMap(valuesOf),
    }),
    reset() {
      for (const one of all) {
        one.counts.fill(0);
        one.sum = 0;
      }
    },
  };
  const valuesOf = ({ labels, counts, sum }: Series) => {
    let count = 0;
    const upTo = (le: number | string, more = 0) => {
      count += more;
      return { labels: { le, ...labels }, value: count, metricName: `${name}_bucket` };
    };
    return [
      ...buckets.map((bound, i) => upTo(bound, counts[i])),
      upTo('+Inf', counts[buckets.length]),
      { labels, value: sum, metricName: `${name}_sum` },
      { labels, value: count, metricName: `${name}_count` },
    ];
  };
  metrics.registerMetric(metric as unknown as Metric);
  return (...given) => {
    const labels = Object.fromEntries(labelNames.map((label, i) => [label, given[i] ?? '']));
    const counts = new Array<number>(buckets.length + 1).fill(0);
    const one: Series = { labels, counts, sum: 0 };
    all.push(one);
    return (seconds) => {
      let at = 0;
      while (at < buckets.length && seconds > (buckets[at] as number)) at += 1;
      counts[at] = (counts[at] as number) + 1;
      one.sum += seconds;
    };
  };
}
