import { expect, test } from '@jest/globals';
import { type Collection, MongoServerError } from 'mongodb';
import { openChangeHub } from './change-hub.ts';
import type { Log } from './log.ts';

type Thing = { _id: string; version: number };

/** Waits until `condition` holds, and fails after a while. */
async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries += 1) {
    if (tries > 500) throw new Error(`did not come true: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A hub on a stream and a collection that the test controls. */
async function hubOf(things: Map<string, Thing>, given: { lingerMs?: number } = {}) {
  const opened: { resumeAfter?: unknown }[] = [];
  let closed = 0;
  const reads: string[][] = [];
  const failures: object[] = [];
  let readFails = false;
  let waiting: { resolve: (change: unknown) => void; reject: (error: Error) => void } | undefined;
  let first = true;
  const stream = () => ({
    resumeToken: `token ${opened.length}`,
    tryNext: () =>
      first
        ? Promise.resolve(null).finally(() => {
            first = false;
          })
        : new Promise((resolve, reject) => {
            waiting = { resolve, reject };
          }),
    close: async () => {
      closed += 1;
      waiting?.resolve(null);
    },
  });
  const collection = {
    collectionName: 'things',
    watch(_: unknown, options: { resumeAfter?: unknown }) {
      opened.push(options);
      first = true;
      return stream();
    },
    find: ({ _id: { $in } }: { _id: { $in: string[] } }) => ({
      toArray: async () => {
        reads.push($in);
        if (readFails) throw new Error('the database is away');
        return $in.flatMap((id) => things.get(id) ?? []);
      },
    }),
  } as unknown as Collection<Thing>;
  const log = { warn() {}, error: (where: object) => failures.push(where) } as unknown as Log;
  const keysOf = ({ _id, version }: Thing) => {
    if (version < 0) throw new Error('a version is never negative');
    return [_id];
  };
  const hub = await openChangeHub<Thing>({ collection, keysOf, log, ...given });
  const asked = async () => {
    await until(() => waiting !== undefined);
    const now = waiting;
    waiting = undefined;
    return now as NonNullable<typeof now>;
  };
  return {
    hub,
    opened,
    closed: () => closed,
    reads,
    failures,
    failReads: (fail: boolean) => {
      readFails = fail;
    },
    change: async (id: string) => (await asked()).resolve({ documentKey: { _id: id } }),
    breaks: async (error: Error) => (await asked()).reject(error),
    stop: async () => {
      const stopped = hub.stop();
      waiting?.resolve(null);
      await stopped;
    },
  };
}

test('a listener gets the documents of its key after each change; without listeners nothing is read', async () => {
  const { hub, reads, change, stop } = await hubOf(new Map([['a', { _id: 'a', version: 2 }]]));
  await change('a');
  // A batch is read one turn of the event loop later.
  for (let turns = 0; turns < 3; turns += 1) await new Promise((resolve) => setImmediate(resolve));
  const seen: unknown[] = [];
  const leave = hub.listen('a', (thing) => seen.push(thing));
  hub.listen('b', () => seen.push('of another'));
  await change('a');
  await until(() => seen.length === 1);
  expect(seen).toEqual([{ _id: 'a', version: 2 }]);
  expect(reads.flat()).toEqual(['a']);
  leave();
  await change('a');
  await until(() => reads.length === 2);
  expect(seen).toHaveLength(1);
  await stop();
});

test('who follows one document makes nobody read others; who follows a key has all of them read', async () => {
  const things = new Map(['a', 'b', 'c'].map((id) => [id, { _id: id, version: 2 }]));
  const { hub, reads, change, stop } = await hubOf(things);
  const seen: unknown[] = [];
  const leave = hub.listenTo('b', (thing) => seen.push(thing));
  const changes = async (ids: string[], told: number) => {
    for (const id of ids) await change(id);
    await until(() => seen.length === told);
  };
  await changes(['a', 'b'], 1);
  await changes(['c', 'b'], 2);
  expect(seen).toEqual([things.get('b'), things.get('b')]);
  expect(reads.flat()).toEqual(['b', 'b']);
  hub.listen('c', (thing) => seen.push(thing));
  await changes(['a', 'c'], 3);
  expect(seen.at(-1)).toEqual(things.get('c'));
  expect(reads.flat()).toEqual(['b', 'b', 'a', 'c']);
  leave();
  await changes(['b', 'c'], 4);
  expect(seen.at(-1)).toEqual(things.get('c'));
  await stop();
});

test('while nobody listens nothing is followed; who comes then misses nothing', async () => {
  const things = new Map([['a', { _id: 'a', version: 2 }]]);
  const { hub, opened, closed, change, stop } = await hubOf(things, { lingerMs: 0 });
  await until(() => closed() === 1);
  expect(opened).toHaveLength(1);
  const seen: unknown[] = [];
  const leave = hub.listenTo('a', (thing) => seen.push(thing));
  // What it has read may be from before the stream was open.
  await until(() => seen.length === 1);
  expect(seen).toEqual([undefined]);
  expect(opened.map(({ resumeAfter }) => resumeAfter)).toEqual([undefined, undefined]);
  await change('a');
  await until(() => seen.length === 2);
  expect(seen.at(-1)).toEqual(things.get('a'));
  leave();
  await change('a');
  await until(() => closed() === 2);
  await stop();
});

test('a broken stream resumes where it was, and no listener has to read again', async () => {
  const { hub, opened, breaks, change, stop } = await hubOf(
    new Map([['a', { _id: 'a', version: 2 }]]),
  );
  const seen: unknown[] = [];
  hub.listen('a', (thing) => seen.push(thing));
  await breaks(new Error('the connection is lost'));
  await change('a');
  await until(() => seen.length === 1);
  expect(seen).toEqual([{ _id: 'a', version: 2 }]);
  expect(opened.map(({ resumeAfter }) => resumeAfter)).toEqual([undefined, 'token 1']);
  await stop();
});

test('when the database no longer knows the resume token, every listener is told to read again', async () => {
  const { hub, opened, breaks, stop } = await hubOf(new Map());
  const seen: unknown[] = [];
  hub.listen('a', (thing) => seen.push(thing));
  hub.listenTo('b', (thing) => seen.push(thing));
  await breaks(new MongoServerError({ message: 'the resume token was not found', code: 286 }));
  await until(() => seen.length === 2);
  expect(seen).toEqual([undefined, undefined]);
  expect(opened.map(({ resumeAfter }) => resumeAfter)).toEqual([undefined, undefined]);
  await stop();
});

test('documents that could not be read are read again', async () => {
  const { hub, reads, failReads, change, stop } = await hubOf(
    new Map([['a', { _id: 'a', version: 2 }]]),
  );
  const seen: unknown[] = [];
  hub.listen('a', (thing) => seen.push(thing));
  failReads(true);
  await change('a');
  await until(() => reads.length > 0);
  failReads(false);
  await until(() => seen.length === 1);
  await stop();
});

test('A7: a listener that throws and a document that cannot be understood keep nothing from the others', async () => {
  const things = new Map([
    ['bad', { _id: 'bad', version: -1 }],
    ['a', { _id: 'a', version: 2 }],
  ]);
  const { hub, failures, change, stop } = await hubOf(things);
  const seen: unknown[] = [];
  hub.listen('a', () => {
    throw new Error('a listener fails');
  });
  hub.listen('a', (thing) => seen.push(thing));
  for (const id of ['bad', 'a', 'a']) await change(id);
  await until(() => seen.length === 2);
  expect(seen).toEqual([things.get('a'), things.get('a')]);
  expect(failures).toEqual(
    ['bad', 'a', 'a'].map((id) => expect.objectContaining({ collection: 'things', id })),
  );
  await stop();
});

test('a hub that cannot open its stream fails, instead of waiting forever', async () => {
  const collection = {
    watch: () => ({
      tryNext: () => Promise.reject(new Error('no replica set')),
      close: async () => {},
    }),
  } as unknown as Collection<Thing>;
  const log = { warn() {} } as unknown as Log;
  await expect(openChangeHub<Thing>({ collection, keysOf: () => [], log })).rejects.toThrow(
    'no replica set',
  );
});
