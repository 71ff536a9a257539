import { expect, test } from '@jest/globals';
import type { Answer, EntityRequest } from '../subgraphs/subgraph-request.ts';
import { entityBatches, partOf } from './entity-batches.ts';

const asking = (...ids: string[]) => ({
  before: '[',
  representations: ids.map((id) => JSON.stringify(id)),
  after: ']',
});

/** Batches whose subgraph answers each entity by its own representation. */
function batches(answer = (ids: string[]): Answer => ({ data: { _entities: ids.map(named) } })) {
  const sent: string[] = [];
  const askBy = entityBatches(async (subgraph, body) => {
    sent.push(`${subgraph} ${body}`);
    return answer(JSON.parse(body));
  });
  const ask = (subgraph: string, request: EntityRequest, user: string) =>
    askBy(subgraph, request, {
      caller: { service: 'gateway', roles: [], userId: user },
      rights: user,
      until: {},
    });
  return { ask, sent };
}
const named = (id: string) => ({ name: id });
const entities = (...ids: string[]) => ({ data: { _entities: ids.map(named) } });

test('requests of one turn with the same rights are sent as one, each entity once', async () => {
  const { ask, sent } = batches();
  const answers = await Promise.all([
    ask('travel', asking('a', 'b'), 'ana'),
    ask('travel', asking('b', 'c', 'b'), 'ana'),
  ]);
  expect(sent).toEqual(['travel ["a","b","c"]']);
  expect(answers).toEqual([entities('a', 'b'), entities('b', 'c', 'b')]);
});

test('other rights, another subgraph and another turn are other requests', async () => {
  const { ask, sent } = batches();
  const first = ask('travel', asking('a'), 'ana');
  await Promise.all([first, ask('travel', asking('a'), 'li'), ask('payment', asking('a'), 'ana')]);
  await ask('travel', asking('a'), 'ana');
  expect(sent).toHaveLength(4);
});

test('what asks for an entity gets a copy of its own', async () => {
  const { ask } = batches();
  const [first, second] = await Promise.all([
    ask('travel', asking('a'), 'ana'),
    ask('travel', asking('a'), 'ana'),
  ]);
  const [entity] = first?.data?._entities as { name: string }[];
  if (entity) entity.name = 'changed';
  expect(second).toEqual(entities('a'));
});

test('a batch waits as long as the last of those who wait for it', async () => {
  const deadlines: unknown[] = [];
  const ask = entityBatches(async (_subgraph, body, { until }) => {
    deadlines.push(until.deadline);
    return entities(...JSON.parse(body));
  });
  const by = (deadline: number) => ({
    caller: { service: 'gateway' as const, roles: [] },
    rights: 'ana',
    until: { deadline },
  });
  await Promise.all([1, 3, 2].map((time) => ask('travel', asking('a'), by(time))));
  await ask('travel', asking('a'), by(4));
  expect(deadlines).toEqual([3, 4]);
});

test('many entities are asked for in several requests', async () => {
  const { ask, sent } = batches();
  const ids = Array.from({ length: 450 }, (_, n) => String(n));
  const answers = await Promise.all(ids.map((id) => ask('travel', asking(id), 'ana')));
  expect(answers).toEqual(ids.map((id) => entities(id)));
  expect(sent).toHaveLength(3);
});

test('a request that fails fails for all who wait for it', async () => {
  const { ask } = batches(() => {
    throw new Error('away');
  });
  const asked = [ask('travel', asking('a'), 'ana'), ask('travel', asking('b'), 'ana')];
  for (const one of asked) await expect(one).rejects.toThrow('away');
});

test.each([
  1, 3,
])('where %i entities are answered of two, no one gets what may be another’s', async (count) => {
  const { ask } = batches(() => entities(...['a', 'b', 'c'].slice(0, count)));
  const asked = [ask('travel', asking('a'), 'ana'), ask('travel', asking('b'), 'ana')];
  expect(await Promise.all(asked)).toEqual(Array(2).fill({ data: { _entities: null } }));
});

test('each gets the errors of its own entities, at its own places, and those of the whole', () => {
  const errors = [
    { message: 'second', path: ['_entities', 1, 'name'] },
    { message: 'whole' },
    { message: 'all', path: ['_entities'] },
  ];
  const answer = { data: { _entities: [named('a'), null] }, errors };
  expect(partOf(answer, [0])).toEqual({
    data: { _entities: [named('a')] },
    errors: [{ message: 'whole' }, { message: 'all', path: ['_entities'] }],
  });
  expect(partOf(answer, [0, 1, 1])).toMatchObject({
    data: { _entities: [named('a'), null, null] },
    errors: [
      { message: 'second', path: ['_entities', 1, 'name'] },
      { message: 'second', path: ['_entities', 2, 'name'] },
      {},
      {},
    ],
  });
});

test.each<[string, Answer]>([
  ['no data', { errors: [{ message: 'no' }] }],
  ['null', { data: null, errors: [{ message: 'no' }] }],
  ['something else for a list', { data: { _entities: 'none' } }],
])('an answer with %s is that for each', (_what, answer) => {
  expect(partOf(answer, [1])).toEqual(answer);
});
