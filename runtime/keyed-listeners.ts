/** Functions that are called by key. One function may listen to many keys. */
export type KeyedListeners<Listener> = {
  /** @returns removes it */
  add(key: string, listener: Listener): () => void;
  /** Everybody who listens to one of these keys, each once. */
  of(keys: readonly string[]): Iterable<Listener>;
  all(): Iterable<Listener>;
  has(key: string): boolean;
  isEmpty(): boolean;
};

export function keyedListeners<Listener>(): KeyedListeners<Listener> {
  const byKey = new Map<string, Set<Listener>>();
  return {
    add(key, listener) {
      const listeners = byKey.get(key) ?? new Set();
      byKey.set(key, listeners.add(listener));
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0 && byKey.get(key) === listeners) byKey.delete(key);
      };
    },
    of: (keys) => new Set(keys.flatMap((key) => [...(byKey.get(key) ?? [])])),
    all: () => [...byKey.values()].flatMap((listeners) => [...listeners]),
    has: (key) => byKey.has(key),
    isEmpty: () => byKey.size === 0,
  };
}
