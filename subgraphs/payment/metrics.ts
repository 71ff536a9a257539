import { Counter, Gauge, type Registry } from 'prom-client';
import { databaseGauges } from '../../runtime/database-gauges.ts';
import type { Log } from '../../runtime/log.ts';
import {
  type Difference,
  type DifferenceSource,
  differenceKinds,
  differenceSources,
} from './domain/difference.ts';
import type { OnStateChange } from './store/state-changes.ts';
import type { Store } from './store/store.ts';

/**
 * Counts webhooks by what became of them. All series begin at 0: Prometheus sees no growth in one
 * that begins at 1.
 */
export function countWebhooks(
  metrics: Registry,
  providers: readonly string[],
  outcomes: readonly string[],
) {
  const webhooks = new Counter({
    name: 'payment_webhooks_total',
    help: "Providers' webhooks, by what became of them",
    labelNames: ['provider', 'outcome'],
    registers: [metrics],
  });
  for (const provider of providers)
    for (const outcome of outcomes) webhooks.inc({ provider, outcome }, 0);
  return (provider: string, outcome: string): void => webhooks.inc({ provider, outcome });
}

/** Each change of the state of a payment or a refund is one line, with its `sn` and cause. */
export const logChanges =
  (log: Log): OnStateChange =>
  ({ of, ...change }) =>
    log.info(change, `${of} changed`);

/** What reports differences. */
export type DifferenceReport = {
  metrics: Registry;
  log: Log;
  /** How many differences are stored, by their source and kind. */
  comparisons(): Promise<readonly { source: DifferenceSource; kind: string; count: number }[]>;
};

/**
 * The same store, but differences that are open are also logged, a line for each, and shown in a gauge
 * for each kind: those that are stored, whichever copy has compared.
 */
export function reportDifferences(store: Store, report: DifferenceReport): Store {
  const { metrics, log, comparisons } = report;
  databaseGauges(metrics, comparisons, [
    {
      name: 'payment_differences',
      help: 'How many payments, orders and provider entries disagreed when last compared, by kind',
      labelNames: ['source', 'kind'],
      show: (found) => [...noDifferences, ...found.map(asValue)],
    },
  ]);
  const compared = new Gauge({
    name: 'payments_compared_timestamp_seconds',
    help: 'When payments were last compared with orders or with providers, by this copy',
    labelNames: ['source'],
    registers: [metrics],
  });
  return {
    ...store,
    async saveDifferences(
      source: DifferenceSource,
      found: readonly Difference[],
      at: Date,
      keepOlder = false,
    ) {
      const open = await store.saveDifferences(source, found, at, keepOlder);
      for (const one of open) log.error(one, 'money and booking disagree');
      compared.setToCurrentTime({ source });
      return open;
    },
  };
}

type Value = [labels: Record<string, string>, value: number];

const asValue = ({
  source,
  kind,
  count,
}: {
  source: string;
  kind: string;
  count: number;
}): Value => [{ source, kind }, count];
const noDifferences: Value[] = differenceSources.flatMap((source) =>
  differenceKinds.map((kind) => asValue({ source, kind, count: 0 })),
);
