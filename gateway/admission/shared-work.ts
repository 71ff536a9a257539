/**
 * Does a piece of work unless it is done. Who wants the same meanwhile waits for that, and takes no
 * turn: all clients that come back at once may send one text.
 */
export type SharedWork<Key> = (
  key: Key,
  isDone: () => boolean,
  work: () => Promise<unknown>,
) => Promise<void>;

export function sharedWork<Key>(): SharedWork<Key> {
  const underWay = new Map<Key, Promise<unknown>>();
  return async (key, isDone, work) => {
    while (!isDone()) {
      const others = underWay.get(key);
      if (!others) {
        const own = work();
        underWay.set(key, own);
        await own.finally(() => underWay.delete(key));
        return;
      }
      // It may fail for a reason of its client alone, such as having gone.
      await others.catch(() => {});
    }
  };
}
