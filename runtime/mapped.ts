/**
 * What `source` yields, changed. Returning from it returns from `source` at once. (An async generator function that is told to
 * return while it waits for an item would wait for that item first, perhaps for ever.)
 * @param last what is yielded, as the last, when something throws; without it the error is thrown on
 */
export function mapped<T, R>(
  source: AsyncGenerator<T, unknown, undefined>,
  map: (item: T) => Promise<R>,
  last?: (error: unknown) => R,
): AsyncGenerator<R, void, undefined> {
  let failed = false;
  const result: AsyncGenerator<R, void, undefined> = {
    async next() {
      if (failed) return { done: true, value: undefined };
      try {
        const taken = await source.next();
        return taken.done
          ? { done: true, value: undefined }
          : { done: false, value: await map(taken.value) };
      } catch (error) {
        failed = true;
        await source.return(undefined);
        if (!last) throw error;
        return { done: false, value: last(error) };
      }
    },
    async return() {
      await source.return(undefined);
      return { done: true, value: undefined };
    },
    async throw(error) {
      await source.return(undefined);
      throw error;
    },
    [Symbol.asyncIterator]: () => result,
    [Symbol.asyncDispose]: async () => void (await source.return(undefined)),
  };
  return result;
}
