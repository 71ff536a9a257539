import { describe, expect, test } from '@jest/globals';
import { asyncGenerator, mapped } from './async-generator.ts';

/** Yields the items, then waits until it is closed. */
function sourceOf<T>(items: T[]) {
  let wake = () => {};
  const closed = { times: 0 };
  const source = asyncGenerator<T>({
    next: async () => {
      const value = items.shift();
      if (value !== undefined) return { done: false, value };
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      return { done: true, value: undefined };
    },
    close: () => {
      closed.times += 1;
      wake();
    },
  });
  return { source, closed };
}

describe('a mapped generator', () => {
  test('yields what the source yields, changed', async () => {
    const { source } = sourceOf([1, 2]);
    const doubled = mapped(source, (n) => n * 2);
    expect([(await doubled.next()).value, (await doubled.next()).value]).toEqual([2, 4]);
  });

  test('closes its source at once, also while it waits for an item', async () => {
    const { source, closed } = sourceOf<number>([]);
    const generator = mapped(source, (n) => n);
    const waiting = generator.next();
    expect(await generator.return()).toEqual({ done: true, value: undefined });
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(closed.times).toBe(1);
  });

  test('closes its source and throws when the map throws', async () => {
    const { source, closed } = sourceOf([1]);
    const generator = mapped(source, () => {
      throw new Error('cannot be mapped');
    });
    await expect(generator.next()).rejects.toThrow('cannot be mapped');
    expect(closed.times).toBe(1);
    expect((await generator.next()).done).toBe(true);
  });

  test('yields an error as its last item if it knows how', async () => {
    const { source } = sourceOf([1, 2]);
    const fails = () => {
      throw new Error('cannot be mapped');
    };
    const generator = mapped<number, string>(source, fails, (error) => String(error));
    expect((await generator.next()).value).toBe('Error: cannot be mapped');
    expect((await generator.next()).done).toBe(true);
  });
});

test('`throw` and `await using` close a generator too', async () => {
  const { source, closed } = sourceOf([1]);
  await expect(source.throw(new Error('enough'))).rejects.toThrow('enough');
  await source[Symbol.asyncDispose]();
  expect(closed.times).toBe(2);
});
