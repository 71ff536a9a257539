/** Something that waits, and is given up when it has waited too long. */
export type Waiting = { until: number; giveUp: () => void };

/**
 * Gives up what waits too long. A timer of its own for each request would cost more than the
 * request.
 */
export type Deadlines = { add(waiting: Waiting): void; delete(waiting: Waiting): void };

const lookEveryMs = 25;

/** Looks at all that waits every 25 ms, while something does. */
export function deadlines(): Deadlines {
  const all = new Set<Waiting>();
  let looking = false;

  const look = () => {
    const now = performance.now();
    for (const waiting of all) {
      if (waiting.until > now) continue;
      all.delete(waiting);
      waiting.giveUp();
    }
    looking = all.size > 0;
    if (looking) setTimeout(look, lookEveryMs).unref();
  };

  return {
    add(waiting) {
      all.add(waiting);
      if (!looking) setTimeout(look, lookEveryMs).unref();
      looking = true;
    },
    delete: (waiting) => void all.delete(waiting),
  };
}
