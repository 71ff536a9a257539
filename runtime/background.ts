import type { Stop } from './lifecycle.ts';
import type { Log } from './log.ts';

/** Work that goes on after the answer that it was started for. */
export type Background = {
  /** Starts it, unless work of the same key is under way in this process. */
  start(key: string, work: () => Promise<unknown>): void;
  /** Waits for all of it. */
  stop: Stop;
};

/** A fault of such work is logged. Whatever it leaves undone must be found again. */
export function openBackground(log: Log): Background {
  const running = new Map<string, Promise<unknown>>();
  return {
    start(key, work) {
      if (running.has(key)) return;
      const done = work()
        .catch((error) => log.error({ err: error, key }, 'work in the background failed'))
        .finally(() => running.delete(key));
      running.set(key, done);
    },
    stop: async () => void (await Promise.all(running.values())),
  };
}
