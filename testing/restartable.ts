import type { Stop } from '../runtime/lifecycle.ts';

/** A part of a system that a test can stop and start again in the same place. */
export type Restartable<Args extends unknown[]> = {
  start(...args: Args): Promise<void>;
  /** Does nothing while the part is stopped. */
  stop: Stop;
};

export function restartable<Args extends unknown[]>(
  begin: (...args: Args) => Promise<{ stop: Stop }>,
): Restartable<Args> {
  let running: { stop: Stop } | undefined;
  return {
    async start(...args) {
      running = await begin(...args);
    },
    async stop() {
      const stopping = running;
      running = undefined;
      await stopping?.stop();
    },
  };
}
