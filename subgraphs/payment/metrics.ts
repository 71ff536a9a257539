import { Counter, Gauge, type Registry } from 'prom-client';
import type { Log } from '../../runtime/log.ts';
import { type Difference, type DifferenceSource, differenceKinds } from './domain/difference.ts';
import type { Store } from './store/store.ts';

/** Counts webhooks by what became of them. */
export function countWebhooks(metrics: Registry) {
  const webhooks = new Counter({
    name: 'payment_webhooks_total',
    help: "Providers' webhooks, by what became of them",
    labelNames: ['provider', 'outcome'],
    registers: [metrics],
  });
  return (provider: string, outcome: string): void => webhooks.inc({ provider, outcome });
}

/**
 * The same store, but differences are also logged, a line for each, and shown in a gauge for each
 * kind.
 */
export function reportDifferences(store: Store, metrics: Registry, log: Log): Store {
  const gauge = new Gauge({
    name: 'payment_differences',
    help: 'How many payments, orders and provider entries disagreed when last compared, by kind',
    labelNames: ['source', 'kind'],
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
      for (const kind of differenceKinds)
        gauge.set({ source, kind }, found.filter((one) => one.kind === kind).length);
      for (const one of found) log.error(one, 'money and booking disagree');
      await store.saveDifferences(source, found, at, keepOlder);
    },
  };
}
