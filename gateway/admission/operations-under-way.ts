import { clientError } from '../../runtime/errors.ts';
import { concurrencyLimit } from './concurrency-limit.ts';
import type { QuotaKey } from './rate-limit.ts';

export type UnderWaySettings = { OPERATIONS_PER_USER: number; OPERATIONS_PER_ADDRESS: number };

/**
 * Bounds the queries and mutations of one client that are executed at once, over all transports
 * together.
 */
export type OperationsUnderWay = {
  /** @returns gives the place back @throws TOO_MANY_REQUESTS */
  take(quota: QuotaKey): () => void;
};

export function operationsUnderWay(settings: UnderWaySettings): OperationsUnderWay {
  const limits = { user: settings.OPERATIONS_PER_USER, address: settings.OPERATIONS_PER_ADDRESS };
  const open = { user: concurrencyLimit(limits.user), address: concurrencyLimit(limits.address) };
  return {
    take({ kind, key }) {
      const release = open[kind].take(key);
      if (release) return release;
      throw clientError(
        'TOO_MANY_REQUESTS',
        `At most ${limits[kind]} operations of one ${kind} are executed at once.`,
        { 'retry-after': '1' },
      );
    },
  };
}
