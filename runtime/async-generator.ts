export type GeneratorParts<T> = {
  next(): Promise<IteratorResult<T, void>>;
  /** Frees what the generator holds. A `next` that waits must then settle. */
  close(): unknown;
};

/**
 * An async generator made of two functions. It closes at once, also while it waits for an item; an
 * async generator function that is told to return waits for that item first, perhaps forever.
 */
export function asyncGenerator<T>({
  next,
  close,
}: GeneratorParts<T>): AsyncGenerator<T, void, undefined> {
  const generator: AsyncGenerator<T, void, undefined> = {
    next,
    async return() {
      await close();
      return { done: true, value: undefined };
    },
    async throw(error) {
      await close();
      throw error;
    },
    [Symbol.asyncIterator]: () => generator,
    [Symbol.asyncDispose]: async () => void (await close()),
  };
  return generator;
}

/**
 * The items of `source`, changed by `map`. Closing it closes `source`.
 * @param last makes the last item of an error in `source` or `map`; without it the error is thrown
 *   on
 */
export function mapped<T, R>(
  source: AsyncGenerator<T, unknown, undefined>,
  map: (item: T) => R | Promise<R>,
  last?: (error: unknown) => R,
): AsyncGenerator<R, void, undefined> {
  const close = () => source.return(undefined);
  let failed = false;
  return asyncGenerator<R>({
    async next() {
      if (failed) return { done: true, value: undefined };
      try {
        const { done, value } = await source.next();
        if (done) return { done, value: undefined };
        return { done: false, value: await map(value) };
      } catch (error) {
        failed = true;
        await close();
        if (!last) throw error;
        return { done: false, value: last(error) };
      }
    },
    close,
  });
}
