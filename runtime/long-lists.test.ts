import { expect, test } from '@jest/globals';
import { buildSchema, graphql } from 'graphql';
import { answerListsInTurns, listTurns } from './long-lists.ts';

const schema = buildSchema(`
  type Query { nights(count: Int!): [Night!]! homestays(first: Int!): [Night!]! }
  type Night { night: String }`);
const reads = { underWay: 0, most: 0 };
const { nights, homestays } = schema.getQueryType()?.getFields() ?? {};
const listOf = (count: number) => Array.from({ length: count }, (_, n) => ({ night: `${n}` }));
Object.assign(nights as object, {
  resolve: (_: unknown, { count }: { count: number }) => listOf(count),
});
Object.assign(homestays as object, {
  async resolve(_: unknown, { first }: { first: number }) {
    reads.underWay += 1;
    reads.most = Math.max(reads.most, reads.underWay);
    await new Promise((go) => setImmediate(go));
    reads.underWay -= 1;
    return listOf(first);
  },
});
answerListsInTurns(schema);

const ask = async (field: string, times: number) => {
  const fields = Array.from({ length: times }, (_, n) => `a${n}: ${field} { night }`);
  const { data, errors } = await graphql({
    schema,
    source: `{ ${fields.join(' ')} }`,
    contextValue: {},
  });
  expect(errors).toBeUndefined();
  return Object.values(data as Record<string, unknown[]>).map((list) => list.length);
};

/** How often the event loop goes round while something is done. */
async function turnsOf(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let isDone = false;
  const count = () => {
    turns += 1;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  await work();
  isDone = true;
  return turns;
}

test('between the long lists of a request others have their turn', async () => {
  const turns = await turnsOf(async () =>
    expect(await ask('nights(count: 200)', 20)).toEqual(Array.from({ length: 20 }, () => 200)),
  );
  expect(turns).toBeGreaterThanOrEqual(18);
});

test('one list, and some short ones, wait for nothing', async () => {
  expect(await turnsOf(() => ask('nights(count: 300)', 1))).toBe(0);
  expect(await turnsOf(() => ask('nights(count: 10)', 5))).toBe(0);
});

test('of two requests the one with fewer lists does not wait for all of the other', async () => {
  const ended: string[] = [];
  await Promise.all([
    ask('nights(count: 100)', 30).then(() => ended.push('many')),
    ask('nights(count: 100)', 3).then(() => ended.push('few')),
  ]);
  expect(ended).toEqual(['few', 'many']);
});

test('long pages of a request are read one after the other, short ones together', async () => {
  await ask('homestays(first: 50)', 9);
  expect(reads.most).toBe(1);
  await ask('homestays(first: 20)', 2);
  expect(reads.most).toBe(2);
});

test('after a list that took long the next one waits as long', async () => {
  let at = 0;
  const rests: number[] = [];
  const rest = async (ms: number) => rests.push(ms);
  const turn = listTurns(rest, () => at);
  const request = {};
  expect(turn(request, 50)).toBeUndefined();
  for (const took of [7, 0.5, 3]) {
    await turn(request, 50);
    at += took;
  }
  await new Promise((go) => setImmediate(go));
  expect(rests).toEqual([7, 3]);
});
