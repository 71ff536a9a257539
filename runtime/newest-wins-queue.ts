/** Hands items from a producer that never waits to a consumer that may be slow. Ending it, from either side, frees it at once. */
export type NewestWinsQueue<T> = AsyncGenerator<T, void, undefined> & {
  push(item: T): void;
  /** What is unsent is still handed over, then the consumer's loop ends. */
  end(): void;
  /** What is unsent is dropped; the consumer's loop throws. */
  fail(error: Error): void;
};

export type NewestWinsQueueOptions<T> = {
  /** How many items may wait. */
  max: number;
  /** Items with the same key are states of the same thing, of which a newer one makes an older one needless. */
  keyOf: (item: T) => string;
  onReplaced?: () => void;
  /** Called once, however it ends. */
  onEnd?: () => void;
};

/** More things changed than may wait, for a consumer that takes none of them. */
export class ConsumerTooSlow extends Error {
  override name = 'ConsumerTooSlow';
}

/**
 * A queue of bounded length: while the consumer keeps up, it gets every item in order; when it doesn't, a newer state takes
 * the place of an older one of the same thing. It fails when even the newest states of all things are too many.
 */
export function newestWinsQueue<T>({
  max,
  keyOf,
  onReplaced,
  onEnd,
}: NewestWinsQueueOptions<T>): NewestWinsQueue<T> {
  let unsent: T[] = [];
  let waiting: ((result: IteratorResult<T, void>) => void) | undefined;
  let failWaiting: ((error: Error) => void) | undefined;
  let failure: Error | undefined;
  let ended = false;

  const finish = (error?: Error) => {
    if (ended) return;
    ended = true;
    failure = error;
    if (error) failWaiting?.(error);
    else waiting?.({ done: true, value: undefined });
    if (waiting) failure = undefined;
    waiting = failWaiting = undefined;
    onEnd?.();
  };

  const queue: NewestWinsQueue<T> = {
    push(item) {
      if (ended) return;
      if (waiting) {
        waiting({ done: false, value: item });
        waiting = failWaiting = undefined;
        return;
      }
      unsent.push(item);
      if (unsent.length <= max) return;
      const needless = indexOfReplaced(unsent, keyOf);
      if (needless < 0) {
        unsent = [];
        finish(new ConsumerTooSlow(`more than ${max} things changed before one was taken`));
      } else {
        unsent.splice(needless, 1);
        onReplaced?.();
      }
    },
    end: () => finish(),
    fail(error) {
      unsent = [];
      finish(error);
    },
    next() {
      const item = unsent.shift();
      if (item !== undefined) return Promise.resolve({ done: false, value: item });
      if (failure) {
        const error = failure;
        failure = undefined;
        return Promise.reject(error);
      }
      if (ended) return Promise.resolve({ done: true, value: undefined });
      return new Promise((resolve, reject) => {
        waiting = resolve;
        failWaiting = reject;
      });
    },
    async return() {
      unsent = [];
      finish();
      return { done: true, value: undefined };
    },
    async throw(error) {
      unsent = [];
      finish();
      throw error;
    },
    [Symbol.asyncIterator]: () => queue,
    [Symbol.asyncDispose]: async () => void (await queue.return()),
  };
  return queue;
}

/** The oldest item of which a newer one with the same key waits too. */
function indexOfReplaced<T>(items: readonly T[], keyOf: (item: T) => string): number {
  const newest = new Map(items.map((item, index) => [keyOf(item), index]));
  return items.findIndex((item, index) => newest.get(keyOf(item)) !== index);
}
