/** Runs work at once, up to so many at a time; more waits for its turn. */
export type RunAtMost = <T>(work: () => Promise<T>) => Promise<T>;

export function runAtMost(max: number): RunAtMost {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= max) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      // The place passes on to the next one.
      if (next) next();
      else running -= 1;
    }
  };
}
