import { asyncGenerator } from './async-generator.ts';

/** Hands items from a producer that never waits to one consumer that may be slow. */
export type NewestWinsQueue<T> = AsyncGenerator<T, void, undefined> & {
  push(item: T): void;
  /** What waits is still handed over, then the consumer's loop ends. */
  end(): void;
  /** What waits is dropped; the consumer's loop throws. */
  fail(error: Error): void;
  /**
   * Hands over each item as soon as it comes, instead of the generator. `write` returns a promise when the consumer
   * needs time; until it resolves, items wait. Resolves at the end, rejects when the queue or `write` fails.
   */
  pipe(write: (item: T) => Promise<unknown> | undefined): Promise<void>;
};

export type NewestWinsQueueOptions<T> = {
  /** How many items may wait. */
  max: number;
  /**
   * Items with the same key are states of the same thing: a newer one makes an older one needless. An item without
   * a key is an event, which no other replaces.
   */
  keyOf: (item: T) => string | undefined;
  onReplaced?: () => void;
  /** Called once, however it ends. */
  onEnd?: () => void;
};

/** More items wait than may, and none of them is needless. */
export class ConsumerTooSlow extends Error {
  override name = 'ConsumerTooSlow';
}

type Consumer<T> = { take(item: T): void; end(failure: Error | undefined): void };

/**
 * A queue of bounded length. A consumer that keeps up gets every item in order. For one that does not, a newer state
 * replaces an older one of the same thing; if nothing can be replaced, the queue fails with `ConsumerTooSlow`.
 */
export function newestWinsQueue<T>(options: NewestWinsQueueOptions<T>): NewestWinsQueue<T> {
  const { max, keyOf, onReplaced, onEnd } = options;
  let waiting: T[] = [];
  let consumer: Consumer<T> | undefined;
  let ended: { failure: Error | undefined } | undefined;

  const handOver = () => {
    while (consumer && waiting.length > 0) consumer.take(waiting.shift() as T);
    if (!consumer || !ended) return;
    const { failure } = ended;
    const last = consumer;
    // Only one consumer learns of a failure; who asks again gets a plain end.
    ended = { failure: undefined };
    consumer = undefined;
    last.end(failure);
  };
  const finish = (failure?: Error) => {
    if (ended) return;
    ended = { failure };
    handOver();
    onEnd?.();
  };
  const drop = (failure?: Error) => {
    waiting = [];
    finish(failure);
  };
  const push = (item: T) => {
    if (ended) return;
    waiting.push(item);
    handOver();
    if (waiting.length <= max) return;
    const needless = indexOfReplaced(waiting, keyOf);
    if (needless < 0) {
      drop(new ConsumerTooSlow(`more than ${max} items wait`));
      return;
    }
    waiting.splice(needless, 1);
    onReplaced?.();
  };
  const consume = (next: Consumer<T>) => {
    consumer = next;
    handOver();
  };
  const generator = asyncGenerator<T>({
    next: () =>
      new Promise((resolve, reject) =>
        consume({
          take(value) {
            consumer = undefined;
            resolve({ done: false, value });
          },
          end: (failure) => (failure ? reject(failure) : resolve({ done: true, value: undefined })),
        }),
      ),
    close: () => drop(),
  });
  const pipe: NewestWinsQueue<T>['pipe'] = (write) =>
    new Promise((resolve, reject) => {
      const broken = (error: unknown) => {
        reject(error);
        drop();
      };
      const piped: Consumer<T> = {
        take(item) {
          try {
            const busy = write(item);
            if (!busy) return;
            consumer = undefined;
            busy.then(() => consume(piped), broken);
          } catch (error) {
            broken(error);
          }
        },
        end: (failure) => (failure ? reject(failure) : resolve()),
      };
      consume(piped);
    });
  return Object.assign(generator, { push, end: () => finish(), fail: drop, pipe });
}

/** The oldest item that a newer one with the same key replaces; -1 if there is none. */
export function indexOfReplaced<T>(
  items: readonly T[],
  keyOf: (item: T) => string | undefined,
): number {
  const newest = new Map(items.map((item, index) => [keyOf(item), index]));
  return items.findIndex((item, index) => {
    const key = keyOf(item);
    return key !== undefined && newest.get(key) !== index;
  });
}
