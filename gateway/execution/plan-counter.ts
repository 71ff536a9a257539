import { Counter, type Registry } from 'prom-client';

/** Counts how often the plan of an operation was there, and how often it had to be made. */
export function planCounter(metrics: Registry): (found: 'hit' | 'miss') => void {
  const plans = new Counter({
    name: 'gateway_plans_total',
    help: 'Queries and mutations by whether their plan was there already.',
    labelNames: ['found'],
    registers: [metrics],
  });
  const [hit, miss] = [plans.labels('hit'), plans.labels('miss')];
  return (found) => (found === 'hit' ? hit : miss).inc();
}
