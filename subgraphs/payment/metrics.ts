import { Counter, Gauge, type Registry } from 'prom-client';
import type { Log } from '../../runtime/log.ts';
import type { Found } from './actions/reconcile.ts';
import { differences } from './domain/difference.ts';

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

/** Reports how payments and orders disagree: a log line for each difference, and a gauge for each kind. */
export function differenceReport(metrics: Registry, log: Log) {
  const gauge = new Gauge({
    name: 'payment_differences',
    help: 'How many payments and orders disagreed when they were last compared, by kind',
    labelNames: ['kind'],
    registers: [metrics],
  });
  return (found: readonly Found[]): void => {
    for (const kind of differences) {
      gauge.set({ kind }, found.filter(({ difference }) => difference === kind).length);
    }
    for (const one of found) log.error(one, 'money and booking disagree');
  };
}
