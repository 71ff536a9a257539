/** Counts what is open at once, by key. */
export type ConcurrencyLimit = {
  /** @returns gives the place back, or undefined when the key has as many as it may */
  take(key: string): (() => void) | undefined;
};

export function concurrencyLimit(max: number): ConcurrencyLimit {
  const open = new Map<string, number>();
  return {
    take(key) {
      const count = open.get(key) ?? 0;
      if (count >= max) return undefined;
      open.set(key, count + 1);
      let given = false;
      return () => {
        if (given) return;
        given = true;
        const left = (open.get(key) ?? 1) - 1;
        if (left > 0) open.set(key, left);
        else open.delete(key);
      };
    },
  };
}
