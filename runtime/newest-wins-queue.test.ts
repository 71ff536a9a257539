import { describe, expect, test } from '@jest/globals';
import { ConsumerTooSlow, newestWinsQueue } from './newest-wins-queue.ts';

type State = { of: string; version: number };
const state = (of: string, version: number): State => ({ of, version });

const queueOf = (max: number) => {
  let replaced = 0;
  let ended = 0;
  const queue = newestWinsQueue<State>({
    max,
    keyOf: ({ of }) => of,
    onReplaced: () => {
      replaced += 1;
    },
    onEnd: () => {
      ended += 1;
    },
  });
  return { queue, replaced: () => replaced, ended: () => ended };
};
const rest = async (queue: AsyncIterable<State>) => {
  const taken: State[] = [];
  for await (const item of queue) taken.push(item);
  return taken;
};

describe('a consumer that keeps up', () => {
  test('gets everything in order, whether it waits or not', async () => {
    const { queue, replaced } = queueOf(3);
    const waiting = queue.next();
    queue.push(state('a', 1));
    expect((await waiting).value).toEqual(state('a', 1));
    for (const version of [2, 3, 4]) queue.push(state('a', version));
    queue.end();
    expect(await rest(queue)).toEqual([2, 3, 4].map((version) => state('a', version)));
    expect(replaced()).toBe(0);
  });
});

describe('a consumer that is slow', () => {
  test('gets the newest state of each thing, and the memory is bounded', async () => {
    const { queue, replaced } = queueOf(3);
    for (let version = 1; version <= 10_000; version += 1) {
      queue.push(state('a', version));
      if (version === 1) queue.push(state('b', 1));
    }
    queue.end();
    expect(await rest(queue)).toEqual([state('b', 1), state('a', 9_999), state('a', 10_000)]);
    expect(replaced()).toBe(9_998);
  });

  test('makes the queue fail when even the newest states are too many', async () => {
    const { queue, ended } = queueOf(2);
    for (const thing of ['a', 'b', 'c']) queue.push(state(thing, 1));
    await expect(rest(queue)).rejects.toThrow(ConsumerTooSlow);
    expect(ended()).toBe(1);
  });
});

describe('an end', () => {
  test('by the consumer takes effect at once, also while it waits for an item', async () => {
    const { queue, ended } = queueOf(2);
    const waiting = queue.next();
    await queue.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
    queue.push(state('a', 1));
    expect(await queue.next()).toEqual({ done: true, value: undefined });
    expect(ended()).toBe(1);
  });

  test('by a failure reaches a waiting consumer, or the next one', async () => {
    const first = queueOf(2);
    const waiting = first.queue.next();
    first.queue.fail(new Error('lost'));
    await expect(waiting).rejects.toThrow('lost');
    expect(await first.queue.next()).toEqual({ done: true, value: undefined });
    const second = queueOf(2);
    second.queue.push(state('a', 1));
    second.queue.fail(new Error('lost'));
    await expect(second.queue.next()).rejects.toThrow('lost');
  });
});

describe('a pipe', () => {
  test('hands over each item at once, and waits while its consumer is busy', async () => {
    const { queue, ended } = queueOf(5);
    const taken: State[] = [];
    let ready = () => {};
    const piped = queue.pipe((item) => {
      taken.push(item);
      if (item.version % 2 === 1) return undefined;
      return new Promise<void>((resolve) => {
        ready = resolve;
      });
    });
    for (const version of [1, 2, 3]) queue.push(state('a', version));
    expect(taken.map(({ version }) => version)).toEqual([1, 2]);
    ready();
    await new Promise((resolve) => setImmediate(resolve));
    expect(taken.map(({ version }) => version)).toEqual([1, 2, 3]);
    queue.end();
    await piped;
    expect(ended()).toBe(1);
  });

  test('ends when the queue is closed, also while its consumer is busy', async () => {
    const { queue } = queueOf(5);
    let ready = () => {};
    const busy = new Promise<void>((resolve) => {
      ready = resolve;
    });
    const piped = queue.pipe(() => busy);
    queue.push(state('a', 1));
    queue.push(state('a', 2));
    await queue.return();
    ready();
    await piped;
  });

  test.each([
    [
      'throws',
      () => () => {
        throw new Error('cannot be written');
      },
    ],
    ['rejects', () => () => Promise.reject(new Error('cannot be written'))],
  ])('fails and closes the queue when its consumer %s', async (_how, write) => {
    const { queue, ended } = queueOf(5);
    const piped = queue.pipe(write());
    queue.push(state('a', 1));
    await expect(piped).rejects.toThrow('cannot be written');
    expect(ended()).toBe(1);
  });
});

test('an item without a key is never replaced: it is an event and no state', async () => {
  const ended: string[] = [];
  const queue = newestWinsQueue<string>({
    max: 2,
    keyOf: () => undefined,
    onEnd: () => ended.push('ended'),
  });
  for (const item of ['a', 'b', 'c']) queue.push(item);
  await expect(queue.next()).rejects.toThrow(ConsumerTooSlow);
  expect(ended).toEqual(['ended']);
});
