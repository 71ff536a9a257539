/**
 * When each of many things is tried again: later after each failure in a row, so that what fails
 * keeps nothing else waiting.
 */
export type RetryTimes = {
  failed(key: string, now: Date): void;
  succeeded(key: string): void;
  isDue(key: string, now: Date): boolean;
};

/**
 * Keeps them in this process.
 * @param firstMs after the first failure; then twice as long each time, up to `longestMs`
 */
export function retryTimes(firstMs: number, longestMs: number): RetryTimes {
  const waiting = new Map<string, { failures: number; until: number }>();
  return {
    failed(key, now) {
      const failures = (waiting.get(key)?.failures ?? 0) + 1;
      const ms = Math.min(firstMs * 2 ** (failures - 1), longestMs);
      waiting.set(key, { failures, until: now.getTime() + ms });
    },
    succeeded: (key) => void waiting.delete(key),
    isDue: (key, now) => (waiting.get(key)?.until ?? 0) <= now.getTime(),
  };
}
