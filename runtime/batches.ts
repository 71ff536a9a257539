import { AsyncLocalStorage } from 'node:async_hooks';

export type BatchOptions<Item, Result> = {
  /** Does the work for all of a batch. Its results have the order of the items. */
  run: (items: readonly Item[]) => Promise<readonly Result[]>;
  /** How many a batch holds at most. */
  most: number;
  /** So long a batch holds up those who wait. Then the next one begins beside it. */
  patienceMs: number;
};

type Waiting<Item, Result> = {
  item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
  /** Runs something as a part of the request that asked. */
  within: ReturnType<typeof AsyncLocalStorage.snapshot>;
};

/**
 * Makes a function that does work for those together who ask at about the same time: while a batch
 * is under way, all who ask wait, and then they are the next one. Who asks while none is under way
 * does not wait. A batch is a part of the request that was its first.
 */
export function inBatches<Item, Result>({
  run,
  most,
  patienceMs,
}: BatchOptions<Item, Result>): (item: Item) => Promise<Result> {
  const waiting: Waiting<Item, Result>[] = [];
  /** The batch that others wait for. One that is too slow no longer is. */
  let underWay: readonly Waiting<Item, Result>[] | undefined;
  let patience: NodeJS.Timeout | undefined;

  const next = () => {
    clearTimeout(patience);
    patience = undefined;
    const batch = waiting.splice(0, most);
    underWay = batch.length > 0 ? batch : undefined;
    if (waiting.length > 0) patience = setTimeout(next, patienceMs);
    const end = () => {
      if (underWay === batch) next();
    };
    batch[0]
      ?.within(
        run,
        batch.map(({ item }) => item),
      )
      .finally(end)
      .then(
        (results) => {
          for (const [i, { resolve }] of batch.entries()) resolve(results[i] as Result);
        },
        (error) => {
          for (const { reject } of batch) reject(error);
        },
      );
  };

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject, within: AsyncLocalStorage.snapshot() });
      if (!underWay) next();
      else patience ??= setTimeout(next, patienceMs);
    });
}
