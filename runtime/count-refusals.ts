import { Counter, type Registry } from 'prom-client';
import type { Log } from './log.ts';
import { isRefused } from './refusal.ts';

type Actions = Record<string, (...args: never[]) => unknown>;

/** The same actions, but each refusal is counted by its reason, and is a line in the log. */
export function countRefusals<Bound extends object>(
  actions: Bound,
  metrics: Registry,
  log: Log,
): Bound {
  const refusals = new Counter({
    name: 'refusals_total',
    help: 'What users asked for and did not get, by what they asked and the reason',
    labelNames: ['action', 'reason'],
    registers: [metrics],
  });
  const count = <Result>(action: string, result: Result): Result => {
    if (typeof result === 'object' && result !== null && isRefused(result)) {
      const { reason } = result;
      refusals.inc({ action, reason });
      log.info({ action, reason }, 'refused');
    }
    return result;
  };
  const counted = Object.entries(actions as Actions).map(([name, action]) => [
    name,
    (...args: never[]) => {
      const result = action(...args);
      return result instanceof Promise
        ? result.then((value) => count(name, value))
        : count(name, result);
    },
  ]);
  return Object.fromEntries(counted) as Bound;
}
