import { expect, test } from '@jest/globals';
import { type FollowVersionsOptions, followVersions, type Shown } from './follow-versions.ts';

type Thing = { key: string; version: number };
const thing = (key: string, version: number): Thing => ({ key, version });
const now = (key: string, version: number): Shown<Thing> => ({
  thing: thing(key, version),
  after: version - 1,
});

/**
 * What a subscriber gets of a first look and of changes; a change that is a list is a gap after
 * which that is there.
 */
async function followed(
  first: Shown<Thing>[],
  changes: (Thing | Shown<Thing>[])[],
  given: Partial<FollowVersionsOptions<Thing>> = {},
) {
  let present = first;
  let tell: (changed: Thing | null) => void = () => {};
  let ended = false;
  const queue = followVersions<Thing>({
    seen: {},
    max: 10,
    keyOf: ({ key }) => key,
    atVersion: ({ key }, version) => thing(key, version),
    look: async () => present,
    listen: (onChange) => {
      tell = onChange;
      return () => {
        ended = true;
      };
    },
    ...given,
  });
  const got: string[] = [];
  const reading = (async () => {
    for await (const { key, version } of queue) got.push(`${key}${version}`);
  })();
  for (const change of changes) {
    await new Promise(setImmediate);
    if (Array.isArray(change)) present = change;
    tell(Array.isArray(change) ? null : change);
  }
  await new Promise(setImmediate);
  await queue.return();
  await reading;
  expect(ended).toBe(true);
  return got.join(' ');
}

test('the current state comes first, then each version, though several changes come as one', async () => {
  expect(await followed([now('a', 2)], [thing('a', 3), thing('a', 5)])).toBe('a2 a3 a4 a5');
});

test('a change that comes twice, or late, shows once', async () => {
  expect(await followed([now('a', 1)], [thing('a', 3), thing('a', 3), thing('a', 2)])).toBe(
    'a1 a2 a3',
  );
});

test('a subscriber who names the version it has seen receives only newer ones', async () => {
  expect(await followed([now('a', 3)], [thing('a', 4)], { seen: { a: 1 } })).toBe('a2 a3 a4');
  expect(await followed([now('a', 3)], [], { seen: { a: 3 } })).toBe('');
});

test('a thing that was not there at first shows all its versions, or those that are news', async () => {
  expect(await followed([now('a', 1)], [thing('b', 2)])).toBe('a1 b1 b2');
  expect(await followed([], [thing('b', 3)], { startAfter: ({ version }) => version - 1 })).toBe(
    'b3',
  );
});

test('after a gap what is there is looked for', async () => {
  expect(await followed([now('a', 1)], [[now('a', 3)]])).toBe('a1 a2 a3');
});

test('a look knows what was sent, and whether it is the first', async () => {
  const looks: unknown[] = [];
  const look = async (sent: ReadonlyMap<string, number>, first: boolean) => {
    looks.push([Object.fromEntries(sent), first]);
    return [now('a', 2)];
  };
  await followed([], [[]], { look, seen: { b: 7 } });
  expect(looks).toEqual([
    [{ b: 7 }, true],
    [{ a: 2, b: 7 }, false],
  ]);
});

test('nothing is shown before the first look, and nothing at all where it refuses', async () => {
  let refuse: (error: Error) => void = () => {};
  const refused = new Promise<never>((_, reject) => {
    refuse = reject;
  });
  let tell: (changed: Thing) => void = () => {};
  const queue = followVersions<Thing>({
    seen: {},
    max: 10,
    keyOf: ({ key }) => key,
    atVersion: (it) => it,
    look: () => refused,
    listen: (onChange) => {
      tell = onChange;
      return () => {};
    },
  });
  const next = queue.next();
  tell(thing('a', 1));
  refuse(new Error('not for you'));
  await expect(next).rejects.toThrow('not for you');
});
