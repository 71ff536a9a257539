import { describe, expect, test } from '@jest/globals';
import type { ExecutionResult } from 'graphql';
import type { Results } from './results.ts';
import { openSharedSubscription, type SharedSubscriptionNeeds } from './shared-subscription.ts';
import type { UpstreamEvent, UpstreamSink } from './upstream.ts';

/** Waits until a condition holds, looking at each turn of the event loop. */
async function soon(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !condition(); ) {
    if (Date.now() > end) throw new Error(`did not come true: ${condition}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/**
 * A shared subscription whose subgraph the test plays. An answer tells its event's version, after a
 * random while.
 */
function sharedWith(given: Partial<SharedSubscriptionNeeds> = {}) {
  const opened: { seen: Record<string, number>; sink: UpstreamSink; left: boolean }[] = [];
  const counts = { runs: 0, empty: 0, replaced: 0 };
  const shared = openSharedSubscription({
    open(seen, sink) {
      const upstream = { seen, sink, left: false };
      opened.push(upstream);
      return () => {
        upstream.left = true;
      };
    },
    run: async ({ data, errors }) => {
      counts.runs += 1;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
      return { data, errors } as ExecutionResult;
    },
    lastResult: (why) =>
      why.because === 'completed' ? undefined : { errors: [why.because as never] },
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
  /** An event with a position. */
  const event = (version: number, key = 'a'): UpstreamEvent => ({
    data: { version },
    extensions: { change: { key, version } },
  });
  /** An event as an ordinary subgraph sends it. */
  const plain = (version: number): UpstreamEvent => ({ data: { version } });
  const upstream = () => opened.at(-1) as (typeof opened)[0];
  const emit = (...events: UpstreamEvent[]) => {
    for (const one of events) upstream().sink.next(one);
  };
  return { shared, opened, counts, event, plain, upstream, emit };
}

/** Takes results as they come. */
function collect(results: Results) {
  const collected: unknown[] = [];
  const done = results.pipe(({ data, errors }) => {
    collected.push(data?.version ?? errors);
    return undefined;
  });
  return { collected, done, leave: results.leave };
}

/** Takes nothing until it is told to. */
function collectLater(results: Results) {
  const collected: unknown[] = [];
  let ready = () => {};
  const busy = new Promise<void>((resolve) => {
    ready = resolve;
  });
  const done = results.pipe(({ data, errors }) => {
    collected.push(data?.version ?? errors);
    return busy;
  });
  return { collected, done, begin: () => ready() };
}

test('each event is answered once for all clients, and comes to each in order', async () => {
  const { shared, counts, event, emit } = sharedWith();
  const clients = [1, 2, 3].map(() => collect(shared.join()));
  emit(...[1, 2, 3, 4].map((version) => event(version)));
  await soon(() => clients.every(({ collected }) => collected.length === 4));
  for (const { collected } of clients) expect(collected).toEqual([1, 2, 3, 4]);
  expect(counts.runs).toBe(4);
});

test('a new client gets the current state of each thing, answered anew, then what follows', async () => {
  const { shared, event, emit } = sharedWith();
  const early = collect(shared.join());
  emit(event(1), event(1, 'b'), event(2));
  const late = collect(shared.join());
  emit(event(3));
  await soon(() => early.collected.length === 4 && late.collected.length === 3);
  expect(late.collected).toEqual([1, 2, 3]);
  expect(early.collected).toEqual([1, 1, 2, 3]);
});

test('clients that come together get the current state by one answer', async () => {
  const { shared, counts, event, emit } = sharedWith();
  const first = collect(shared.join());
  emit(event(1));
  await soon(() => first.collected.length === 1);
  const others = Array.from({ length: 100 }, () => collect(shared.join()));
  await soon(() => others.every(({ collected }) => collected.length === 1));
  // One for the event, one for the first of them, one for those who came while it was answered.
  expect(counts.runs).toBe(3);
});

test('when there are more things than may wait, a new client gets those that changed last', async () => {
  const { shared, event, emit } = sharedWith();
  const early = collect(shared.join());
  for (let thing = 1; thing <= 30; thing += 1) {
    emit(event(thing, `thing ${thing}`));
    await soon(() => early.collected.length === thing);
  }
  const late = collect(shared.join());
  await soon(() => late.collected.length >= 10);
  expect(late.collected).toEqual([21, 22, 23, 24, 25, 26, 27, 28, 29, 30]);
});

test('the last client that leaves closes the upstream at once', async () => {
  const { shared, counts, upstream } = sharedWith();
  const [one, other] = [collect(shared.join()), collect(shared.join())];
  one.leave();
  await one.done;
  expect(upstream().left).toBe(false);
  other.leave();
  expect([upstream().left, counts.empty]).toEqual([true, 1]);
});

describe('a subgraph that gives positions', () => {
  test('is opened again after a loss, from the versions that came', async () => {
    const { shared, opened, event, emit, upstream } = sharedWith();
    const { collected } = collect(shared.join());
    emit(event(1));
    upstream().sink.end({ lost: 'the connection' });
    await soon(() => opened.length === 2);
    expect(upstream().seen).toEqual({ a: 1 });
    emit(event(2), event(1), event(3));
    await soon(() => collected.length === 3);
    expect(collected).toEqual([1, 2, 3]);
  });

  test('is opened again before it sent anything, if it says that it resumes', async () => {
    const { shared, opened, event, emit, upstream } = sharedWith();
    const { collected } = collect(shared.join());
    upstream().sink.onOpen(true);
    upstream().sink.end({ lost: 'the connection' });
    await soon(() => opened.length === 2);
    emit(event(1));
    await soon(() => collected.length === 1);
  });

  test('is opened again when it answers without data, as it can say later what was missed', async () => {
    const { shared, opened, event, emit } = sharedWith({ isFinal: () => false });
    const { collected } = collect(shared.join());
    emit(event(1), { errors: ['a fault' as never] });
    await soon(() => opened.length === 2);
    expect(opened.map(({ left }) => left)).toEqual([true, false]);
    emit(event(2));
    await soon(() => collected.length === 2);
    expect(collected).toEqual([1, 2]);
  });

  test('ends it by a final refusal', async () => {
    const { shared, upstream, emit, counts } = sharedWith();
    const { collected, done } = collect(shared.join());
    upstream().sink.onOpen(true);
    emit({ errors: ['not yours' as never] });
    await done;
    expect([collected, counts.empty]).toEqual([[['refused']], 1]);
  });
});

describe('an ordinary subgraph, whose events have no positions,', () => {
  test('has each of its events delivered once, in order, also a burst of 3,000', async () => {
    const { shared, plain, emit } = sharedWith();
    const { collected } = collect(shared.join());
    const versions = Array.from({ length: 3_000 }, (_, n) => n);
    emit(...versions.map(plain));
    await soon(() => collected.length === 3_000);
    expect(collected).toEqual(versions);
  });

  test('has two equal events delivered twice', async () => {
    const { shared, plain, emit } = sharedWith();
    const { collected } = collect(shared.join());
    emit(plain(1), plain(1));
    await soon(() => collected.length === 2);
  });

  test('gives a new client only the events that come after it', async () => {
    const { shared, plain, emit } = sharedWith();
    const early = collect(shared.join());
    emit(plain(1), plain(2));
    const late = collect(shared.join());
    emit(plain(3));
    await soon(() => early.collected.length === 3 && late.collected.length > 0);
    expect(late.collected).toEqual([3]);
  });

  test('has an event with errors and no data delivered, and the stream goes on', async () => {
    const { shared, opened, plain, emit } = sharedWith();
    const { collected } = collect(shared.join());
    emit(plain(1), { data: null, errors: ['a fault' as never] }, plain(2));
    await soon(() => collected.length === 3);
    expect([collected, opened.length]).toEqual([[1, ['a fault'], 2], 1]);
  });

  test('ends with a reason when its connection is lost, after what has come', async () => {
    const { shared, opened, plain, emit, upstream } = sharedWith();
    const { collected, done } = collect(shared.join());
    upstream().sink.onOpen(false);
    emit(plain(1), plain(2));
    upstream().sink.end({ lost: 'the connection' });
    await done;
    expect([collected, opened.length]).toEqual([[1, 2, ['events missed']], 1]);
  });

  test('ends when it completes, after what has come', async () => {
    const { shared, plain, emit, upstream } = sharedWith();
    const { collected, done } = collect(shared.join());
    emit(plain(1));
    upstream().sink.end({ completed: true });
    await done;
    expect(collected).toEqual([1]);
  });

  test('ends with a reason when more events come than can be answered', async () => {
    const { shared, plain, emit, counts } = sharedWith({ run: () => new Promise(() => {}) });
    const { collected, done } = collect(shared.join());
    emit(...Array.from({ length: 6_000 }, (_, n) => plain(n)));
    await done;
    expect([collected, counts.empty]).toEqual([[['too many events']], 1]);
  });

  test('ends for a client that takes nothing with a reason, and goes on for the others', async () => {
    const { shared, plain, emit } = sharedWith();
    const slow = collectLater(shared.join());
    const quick = collect(shared.join());
    for (let version = 1; version <= 50; version += 1) {
      emit(plain(version));
      await soon(() => quick.collected.length === version);
    }
    slow.begin();
    await slow.done;
    expect(slow.collected).toEqual([1, ['client too slow']]);
  });
});

test('a slow client gets the newest states, and holds nobody up', async () => {
  const { shared, event, emit, counts } = sharedWith({
    run: async ({ data }) => ({ data }) as ExecutionResult,
  });
  const slow = collectLater(shared.join());
  const quick = collect(shared.join());
  for (let version = 1; version <= 500; version += 1) {
    emit(event(version));
    if (version % 5 === 0) await soon(() => quick.collected.length === version);
  }
  expect(quick.collected).toHaveLength(500);
  expect(counts.replaced).toBe(489);
  slow.begin();
  await soon(() => slow.collected.length === 11);
  expect(slow.collected).toEqual([1, 491, 492, 493, 494, 495, 496, 497, 498, 499, 500]);
});

test('an event with errors and no data does not become a state twice', async () => {
  const { shared, opened, emit } = sharedWith();
  const { collected } = collect(shared.join());
  const failed = (version: number): UpstreamEvent => ({
    data: null,
    errors: ['a fault' as never],
    extensions: { change: { key: 'a', version } },
  });
  emit(failed(1), failed(1), failed(2));
  await soon(() => collected.length === 2);
  expect(opened).toHaveLength(1);
});
