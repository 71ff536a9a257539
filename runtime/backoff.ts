import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits before the next try: longer after each failure in a row, up to `maxMs`. The time is random,
 * so that those who failed together do not come back together. Ends at once when aborted.
 * @param failures how many tries in a row have failed, 1 or more
 */
export async function backoff(failures: number, signal: AbortSignal, maxMs = 5_000): Promise<void> {
  const ms = Math.min(maxMs, 100 * 2 ** Math.min(failures - 1, 10)) * (0.5 + Math.random() / 2);
  await delay(ms, undefined, { signal }).catch(() => {});
}
