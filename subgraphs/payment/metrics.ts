import { Counter, Gauge, type Registry } from 'prom-client';
import type { Log } from '../../runtime/log.ts';
import type { Found } from './actions/reconcile.ts';
import { differences } from './domain/difference.ts';

export type PaymentMetrics = ReturnType<typeof paymentMetrics>;

export const paymentMetrics = (registry: Registry) => ({
  notifications: new Counter({
    name: 'payment_notifications_total',
    help: "Providers' notifications, by what became of them",
    labelNames: ['provider', 'outcome'],
    registers: [registry],
  }),
  differences: new Gauge({
    name: 'payment_differences',
    help: 'How many payments and orders disagreed when they were last compared, by kind',
    labelNames: ['kind'],
    registers: [registry],
  }),
});

/** Reports how payments and orders disagree: a line for each, and how many there are of each kind. */
export function reportDifferences(
  found: readonly Found[],
  metrics: PaymentMetrics,
  log: Log,
): number {
  for (const kind of differences) {
    metrics.differences.set({ kind }, found.filter(({ difference }) => difference === kind).length);
  }
  for (const one of found) log.error(one, 'money and booking disagree');
  return found.length;
}
