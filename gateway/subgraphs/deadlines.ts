/** Something that waits, and is given up when it has waited too long. */
export type Waiting = { until: number; giveUp: () => void };

/** Gives up what waits too long. A timer of its own for each request would cost more than the request. */
export type Deadlines = { add(waiting: Waiting): void; delete(waiting: Waiting): void };

const lookEveryMs = 25;

/** Looks at all that waits every 25 ms, while something does. */
export function deadlines(): Deadlines {
  const all = new Set<Waiting>();
  let timer: NodeJS.Timeout | undefined;

  const look = () => {
    const now = performance.now();
    for (const waiting of all) {
      if (waiting.until > now) continue;
      all.delete(waiting);
      waiting.giveUp();
    }
    timer = all.size === 0 ? undefined : setTimeout(look, lookEveryMs).unref();
  };

  return {
    add(waiting) {
      all.add(waiting);
      timer ??= setTimeout(look, lookEveryMs).unref();
    },
    delete: (waiting) => void all.delete(waiting),
  };
}
