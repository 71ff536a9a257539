import { afterEach, expect, test } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { ask } from '../../testing/client.ts';
import { startGatewayOf, startRawSubgraph } from '../../testing/gateway/raw-subgraph.ts';
import { unaccounted } from './completion.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const count = 20_000;
const listOf = <T>(make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const refused = { extensions: { code: 'FORBIDDEN' } };
const errorsOf = (field: string) =>
  listOf((i) => ({ message: `no ${i}`, path: ['_entities', i, field], ...refused }));

/** A gateway before a list of things, of which another subgraph refuses a field of each. */
async function startRefusing(): Promise<string> {
  const things = await startRawSubgraph(() =>
    JSON.stringify({ data: { things: listOf((i) => ({ __typename: 'Thing', id: String(i) })) } }),
  );
  const stars = await startRawSubgraph(({ query }) => {
    const field = query.includes('must') ? 'must' : 'stars';
    const entities = listOf(() => ({ [field]: null }));
    return JSON.stringify({ data: { _entities: entities }, errors: errorsOf(field) });
  });
  stops.push(things.stop, stars.stop);
  const gateway = await startGatewayOf([
    {
      name: 'things',
      sdl: 'type Query { things: [Thing] } type Thing @key(fields: "id") { id: ID! }',
      url: things.url,
    },
    {
      name: 'stars',
      sdl: 'type Thing @key(fields: "id") { id: ID! stars: Int must: Int! }',
      url: stars.url,
    },
  ]);
  stops.push(gateway.stop);
  return gateway.url;
}

const first = { message: 'no 0', path: ['things', 0, 'stars'], ...refused };

// By looks at each place for each error, none of these would be there in time.
test('of 20,000 errors of one answer a thousand are told, and all of the data', async () => {
  const url = await startRefusing();
  const nullable = await ask<{ things: unknown[] }>(url, '{ things { stars } }');
  expect(nullable.errors?.[0]).toEqual(first);
  expect([nullable.errors?.length, nullable.data.things.length]).toEqual([1_000, count]);
  const { errors, data } = await ask<{ things: unknown[] }>(url, '{ things { must } }');
  expect([data.things.length, new Set(data.things)]).toEqual([count, new Set([null])]);
  // A thousand that the subgraph told, and as many of the rest of those that must not be null.
  expect(errors?.length).toBe(2_000);
});

test('they are told with the deferred parts that they are of', async () => {
  const url = await startRefusing();
  const accept = { accept: 'multipart/mixed' };
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...accept },
    body: JSON.stringify({ query: '{ things { id ... @defer { stars } } }' }),
  });
  const parts = (await response.text()).split('\r\n').filter((line) => line.startsWith('{'));
  const { incremental } = JSON.parse(parts[1] as string);
  expect([incremental.length, incremental[0]]).toEqual([
    count,
    { path: ['things', 0], data: { stars: null }, errors: [first] },
  ]);
});

test.each<[string, (string | number)[], (string | number)[] | undefined, boolean]>([
  ['at the same place', ['a', 0, 'b'], ['a', 0, 'b'], true],
  ['above it', ['a', 0, 'b'], ['a'], true],
  ['below it', ['a', 0], ['a', 0, 'b'], true],
  ['of the whole answer', ['a', 0], undefined, true],
  ['beside it', ['a', 0, 'b'], ['a', 1, 'b'], false],
  ['at a key called as its index', ['a', 0], ['a', '0'], false],
])('an error %s %j: %j accounts for it: %s', (_where, found, said, isAccounted) => {
  const at = (path: (string | number)[] | undefined) => new GraphQLError('no', { path });
  expect(unaccounted([at(found)], [at(said)])).toHaveLength(isAccounted ? 0 : 1);
  expect(unaccounted([at(found)], [])).toHaveLength(1);
});
