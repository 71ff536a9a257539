import { expect, test } from '@jest/globals';
import type { ExecutionResult } from 'graphql';
import { eventually } from '../../testing/eventually.ts';
import { type FeedNeeds, openFeed } from './shared-subscription.ts';
import type { UpstreamEnd, UpstreamEvent } from './upstream.ts';

type Sink = { next(event: UpstreamEvent): void; end(how: UpstreamEnd): void };

/** A feed with its upstream in the test's hand; an answer tells the version it is of, after a while of its own. */
function feedWith(given: Partial<FeedNeeds> = {}) {
  const opened: { seen: Record<string, number>; sink: Sink; left: boolean }[] = [];
  const counts = { runs: 0, empty: 0, replaced: 0 };
  const feed = openFeed({
    open(seen, sink) {
      const upstream = { seen, sink, left: false };
      opened.push(upstream);
      return () => {
        upstream.left = true;
      };
    },
    run: async (event) => {
      counts.runs += 1;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
      return { data: event.data };
    },
    refusal: (errors) => ({ errors: errors as never }),
    unavailable: () => ({ errors: ['unavailable' as never] }),
    tooSlow: () => ({ errors: ['too slow' as never] }),
    isFinal: () => true,
    onEmpty: () => {
      counts.empty += 1;
    },
    onReplaced: () => {
      counts.replaced += 1;
    },
    maxUnsent: 10,
    ...given,
  });
  const event = (version: number, key = 'a'): UpstreamEvent => ({
    data: { version },
    extensions: { change: { key, version } },
  });
  const collect = (results: AsyncIterable<ExecutionResult>) => {
    const collected: unknown[] = [];
    const done = (async () => {
      for await (const { data, errors } of results) collected.push(data?.version ?? errors);
    })();
    return { collected, done };
  };
  return {
    feed,
    opened,
    counts,
    event,
    collect,
    upstream: () => opened.at(-1) as (typeof opened)[0],
  };
}

test('each event is answered once for all who listen, and comes to each in order', async () => {
  const { feed, counts, event, collect, upstream } = feedWith();
  const listeners = [1, 2, 3].map(() => collect(feed.join()));
  for (const version of [1, 2, 3, 4]) upstream().sink.next(event(version));
  await eventually(() => listeners.every(({ collected }) => collected.length === 4));
  for (const { collected } of listeners) expect(collected).toEqual([1, 2, 3, 4]);
  expect(counts.runs).toBe(4);
});

test('an event that was seen is not told again, nor one older than what was seen', async () => {
  const { feed, event, collect, upstream } = feedWith();
  const { collected } = collect(feed.join());
  for (const version of [1, 2, 2, 1, 3]) upstream().sink.next(event(version));
  await eventually(() => collected.length === 3);
  expect(collected).toEqual([1, 2, 3]);
});

test('who joins gets the present of each thing, answered anew, and then what follows: nothing twice', async () => {
  const { feed, event, collect, upstream } = feedWith();
  const early = collect(feed.join());
  upstream().sink.next(event(1));
  upstream().sink.next(event(1, 'b'));
  await eventually(() => early.collected.length === 2);
  upstream().sink.next(event(2));
  const late = collect(feed.join());
  upstream().sink.next(event(3));
  await eventually(() => early.collected.length === 4 && late.collected.length === 3);
  expect(late.collected).toEqual([1, 2, 3]);
  expect(early.collected).toEqual([1, 1, 2, 3]);
});

test('a lost upstream is opened again from what was seen', async () => {
  const { feed, opened, event, collect, upstream } = feedWith();
  const { collected } = collect(feed.join());
  upstream().sink.next(event(1));
  upstream().sink.end({ lost: 'the connection' });
  await eventually(() => opened.length === 2);
  expect(upstream().seen).toEqual({ a: 1 });
  upstream().sink.next(event(2));
  await eventually(() => collected.length === 2);
  expect(collected).toEqual([1, 2]);
});

test('a refusal is told, and ends it', async () => {
  const { feed, collect, upstream, counts } = feedWith();
  const { collected, done } = collect(feed.join());
  upstream().sink.next({ data: null, errors: ['not yours' as never] });
  await done;
  expect(collected).toEqual([['not yours']]);
  expect(counts.empty).toBe(1);
});

test('the last who leaves closes the upstream, at once', async () => {
  const { feed, counts, upstream } = feedWith();
  const [one, other] = [feed.join(), feed.join()];
  const waiting = one.next();
  await one.return();
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(upstream().left).toBe(false);
  await other.return();
  expect([upstream().left, counts.empty]).toEqual([true, 1]);
});

test('a slow client gets the newest state, and holds nobody up', async () => {
  const { feed, event, collect, upstream, counts } = feedWith({
    run: async ({ data }) => ({ data }) as ExecutionResult,
  });
  const slow = feed.join();
  const quick = collect(feed.join());
  for (let version = 1; version <= 500; version += 1) {
    upstream().sink.next(event(version));
    if (version % 5 === 0) await eventually(() => quick.collected.length === version);
  }
  expect(quick.collected).toHaveLength(500);
  expect(counts.replaced).toBe(490);
  const taken = [];
  for (let n = 0; n < 10; n += 1) taken.push((await slow.next()).value?.data?.version);
  expect(taken).toEqual([491, 492, 493, 494, 495, 496, 497, 498, 499, 500]);
});

test('an answer without data ends its upstream, and another is opened', async () => {
  const { feed, opened, event, collect, upstream } = feedWith({ isFinal: () => false });
  const { collected } = collect(feed.join());
  upstream().sink.next(event(1));
  upstream().sink.next({ data: null, errors: ['a fault' as never] });
  await eventually(() => opened.length === 2);
  expect(opened.map(({ left }) => left)).toEqual([true, false]);
  upstream().sink.next(event(2));
  await eventually(() => collected.length === 2);
  expect(collected).toEqual([1, 2]);
});

test('who joins when there is more than may wait gets the latest of it', async () => {
  const { feed, event, collect, upstream } = feedWith();
  const early = collect(feed.join());
  for (let thing = 1; thing <= 30; thing += 1) {
    upstream().sink.next(event(thing, `thing ${thing}`));
    await eventually(() => early.collected.length === thing);
  }
  const late = collect(feed.join());
  await eventually(() => late.collected.length >= 10);
  expect(late.collected).toEqual([21, 22, 23, 24, 25, 26, 27, 28, 29, 30]);
});

test('who takes nothing while more things change than may wait is told so at last', async () => {
  const { feed, event, collect, upstream } = feedWith();
  const slow = feed.join();
  const quick = collect(feed.join());
  for (let thing = 1; thing <= 11; thing += 1) upstream().sink.next(event(1, `thing ${thing}`));
  await eventually(() => quick.collected.length === 11);
  expect(await slow.next()).toEqual({ done: false, value: { errors: ['too slow'] } });
  expect(await slow.next()).toEqual({ done: true, value: undefined });
});
