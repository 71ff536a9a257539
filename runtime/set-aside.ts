/**
 * Things that cannot be processed by their own fault. They are left out for some time, so that
 * nothing else waits for them.
 */
export type SetAside = {
  add(key: string, now: Date, error: Error): void;
  /** What is left out now. */
  list(now: Date): string[];
};

/**
 * Keeps what is set aside, in this process: another one finds it out by itself.
 * @param ms for how long; then it is tried again, because somebody may have mended it
 * @param onAdd reports it
 */
export function openSetAside(ms: number, onAdd: (key: string, error: Error) => void): SetAside {
  const until = new Map<string, number>();
  return {
    add(key, now, error) {
      until.set(key, now.getTime() + ms);
      onAdd(key, error);
    },
    list(now) {
      for (const [key, end] of until) if (end <= now.getTime()) until.delete(key);
      return [...until.keys()];
    },
  };
}
