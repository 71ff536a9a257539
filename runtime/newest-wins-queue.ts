import { asyncGenerator } from './async-generator.ts';

/** Hands items from a producer that never waits to one consumer that may be slow. */
export type NewestWinsQueue<T> = AsyncGenerator<T, void, undefined> & {
  push(item: T): void;
  /** What waits is still handed over, then the consumer's loop ends. */
  end(): void;
  /** What waits is dropped; the consumer's loop throws. */
  fail(error: Error): void;
  /**
   * Hands over each item as soon as it comes, instead of the generator. `write` returns a promise
   * when the consumer needs time; until it resolves, items wait. Resolves at the end, rejects when
   * the queue or `write` fails.
   */
  pipe(write: (item: T) => Promise<unknown> | undefined): Promise<void>;
};

export type NewestWinsQueueOptions<T> = {
  /** How many items may wait. */
  max: number;
  /**
   * Items with the same key are states of the same thing: a newer one makes an older one needless.
   * An item without a key is an event, which no other replaces.
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

/** What a queue holds. It has a consumer while one waits for an item. */
type State<T> = {
  waiting: T[];
  consumer?: Consumer<T> | undefined;
  ended?: { failure: Error | undefined };
};

/**
 * A queue of bounded length. A consumer that keeps up gets every item in order. For one that does
 * not, a newer state replaces an older one of the same thing; if nothing can be replaced, the queue
 * fails with `ConsumerTooSlow`.
 */
export function newestWinsQueue<T>(options: NewestWinsQueueOptions<T>): NewestWinsQueue<T> {
  const { max, onReplaced, onEnd } = options;
  const state: State<T> = { waiting: [] };

  const end = (failure?: Error) => {
    if (state.ended) return;
    state.ended = { failure };
    handOver(state);
    onEnd?.();
  };
  const drop = (failure?: Error) => {
    state.waiting = [];
    end(failure);
  };
  const push = (item: T) => {
    if (state.ended) return;
    // Most consumers keep up.
    if (state.consumer && state.waiting.length === 0) return state.consumer.take(item);
    state.waiting.push(item);
    handOver(state);
    const made = makeRoom(state.waiting, options);
    if (made === 'replaced') onReplaced?.();
    if (made === 'full') drop(new ConsumerTooSlow(`more than ${max} items wait`));
  };
  const generator = asyncGenerator<T>({ next: () => nextOf(state), close: () => drop() });
  const pipe: NewestWinsQueue<T>['pipe'] = (write) => pipeTo(state, write, () => drop());
  return Object.assign(generator, { push, end: () => end(), fail: drop, pipe });
}

/** Hands over what waits to a consumer that takes it, and then the end. */
function handOver<T>(state: State<T>): void {
  while (state.consumer && state.waiting.length > 0)
    state.consumer.take(state.waiting.shift() as T);
  const { consumer, ended } = state;
  if (!consumer || !ended) return;
  // Only one consumer learns of a failure. One that asks again gets a plain end.
  state.ended = { failure: undefined };
  state.consumer = undefined;
  consumer.end(ended.failure);
}

function consume<T>(state: State<T>, consumer: Consumer<T>): void {
  state.consumer = consumer;
  handOver(state);
}

const nextOf = <T>(state: State<T>): Promise<IteratorResult<T, void>> =>
  new Promise((resolve, reject) =>
    consume(state, {
      take(value) {
        state.consumer = undefined;
        resolve({ done: false, value });
      },
      end: (failure) => (failure ? reject(failure) : resolve({ done: true, value: undefined })),
    }),
  );

const pipeTo = <T>(
  state: State<T>,
  write: (item: T) => Promise<unknown> | undefined,
  close: () => void,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const broken = (error: unknown) => {
      reject(error);
      close();
    };
    const piped: Consumer<T> = {
      take(item) {
        try {
          const busy = write(item);
          if (!busy) return;
          state.consumer = undefined;
          busy.then(() => consume(state, piped), broken);
        } catch (error) {
          broken(error);
        }
      },
      end: (failure) => (failure ? reject(failure) : resolve()),
    };
    consume(state, piped);
  });

/**
 * Takes one item out when more wait than may: the oldest that a newer one with the same key
 * replaces.
 */
export function makeRoom<T>(
  waiting: T[],
  { max, keyOf }: Pick<NewestWinsQueueOptions<T>, 'max' | 'keyOf'>,
): 'room' | 'replaced' | 'full' {
  if (waiting.length <= max) return 'room';
  const newest = new Map(waiting.map((item, index) => [keyOf(item), index]));
  const needless = waiting.findIndex((item, index) => {
    const key = keyOf(item);
    return key !== undefined && newest.get(key) !== index;
  });
  if (needless < 0) return 'full';
  waiting.splice(needless, 1);
  return 'replaced';
}
