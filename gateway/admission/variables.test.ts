import { afterEach, expect, test } from '@jest/globals';
import {
  buildSchema,
  type GraphQLError,
  getVariableValues,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import { request } from 'undici';
import { ask } from '../../testing/client.ts';
import { startGatewayOf, startRawSubgraph } from '../../testing/gateway/raw-subgraph.ts';
import { variableErrors } from './variable-errors.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function start(settings: Record<string, string> = {}) {
  const subgraph = await startRawSubgraph(() => '{"data":{"a":"here","__typename":"Query"}}');
  const sdl = `
    enum State { WAITING USED }
    input Filter { states: [State!] }
    type Query { a(filter: Filter): String }`;
  const gateway = await startGatewayOf([{ name: 'one', url: subgraph.url, sdl }], settings);
  stops.push(subgraph.stop, gateway.stop);
  return gateway.url;
}

const query = 'query ($filter: Filter) { a(filter: $filter) }';
const states = (state: unknown, count: number) => ({
  filter: { states: Array.from({ length: count }, () => state) },
});

test('of thousands of wrong values in a list, a few are told', async () => {
  const url = await start();
  const { status, errors } = await ask(url, query, { variables: states(1, 10_000) });
  expect(status).toBe(400);
  expect(errors).toHaveLength(6);
  for (const { extensions } of errors ?? []) expect(extensions.code).toBe('BAD_USER_INPUT');
  expect(errors?.at(-1)?.message).toMatch('Too many errors');
});

test('what is wrong with a variable names other values only where introspection does', async () => {
  const messageOf = async (url: string) =>
    (await ask(url, query, { variables: states('WAITIN', 1) })).errors?.[0]?.message;
  expect(await messageOf(await start())).toMatch('WAITING');
  const hidden = await messageOf(await start({ INTROSPECTION: 'false' }));
  expect(hidden).toMatch('WAITIN');
  expect(hidden).not.toMatch('WAITING');
});

test('a condition that is null is the client’s mistake, and nothing is asked or changed', async () => {
  const asked: string[] = [];
  const subgraph = await startRawSubgraph((request) => {
    asked.push(request.query);
    return '{"data":{"a":"here"}}';
  });
  const sdl = 'type Query { a: String } type Mutation { a: String }';
  const gateway = await startGatewayOf([{ name: 'one', url: subgraph.url, sdl }]);
  stops.push(subgraph.stop, gateway.stop);
  for (const kind of ['query', 'mutation'])
    for (const selection of ['a @include(if: $x)', '...F']) {
      const given = `${kind} ($x: Boolean = true) { ${selection} }`;
      const root = kind === 'query' ? 'Query' : 'Mutation';
      const fragment = selection === '...F' ? ` fragment F on ${root} { a @skip(if: $x) }` : '';
      expect(await ask(gateway.url, given + fragment, { variables: { x: null } })).toMatchObject({
        status: 400,
        errors: [{ message: '`$x` of `@skip` or `@include` must not be null.' }],
      });
    }
  expect(asked).toEqual([]);
  const { data } = await ask(gateway.url, 'query ($x: Boolean = true) { a @include(if: $x) }');
  expect(data).toEqual({ a: 'here' });
});

test('a field of an input object may be called as what every object inherits', async () => {
  const variablesOf: unknown[] = [];
  const subgraph = await startRawSubgraph(({ variables }) => {
    variablesOf.push(variables);
    return '{"data":{"a":"here"}}';
  });
  const sdl = `
    scalar JSON
    input Odd { constructor: String toString: [Odd!] other: Int any: JSON }
    type Query { a(odd: Odd): String }`;
  const gateway = await startGatewayOf([{ name: 'one', url: subgraph.url, sdl }]);
  stops.push(subgraph.stop, gateway.stop);
  const given: object[] = [
    { other: 1 },
    { constructor: 'x', toString: [{ other: 1 }], any: { a: [{}] } },
  ];
  for (const odd of given) {
    const { errors } = await ask(gateway.url, 'query ($odd: Odd) { a(odd: $odd) }', {
      variables: { odd },
    });
    expect(errors).toBeUndefined();
  }
  expect(variablesOf).toEqual(given.map((odd) => ({ odd })));
  const wrong = { toString: [{ constructor: 5 }] };
  const { errors } = await ask(gateway.url, 'query ($odd: Odd) { a(odd: $odd) }', {
    variables: { odd: wrong },
  });
  expect(errors?.map(({ message }) => message)).toEqual([
    'Variable "$odd" got invalid value 5 at "odd.toString[0].constructor"; String cannot represent a non string value: 5',
  ]);
});

test('of an object of thousands of unknown members, a few are told, and none in whole', async () => {
  const url = await start();
  const members = Array.from({ length: 1_700 }, (_, n) => [`k${n}`, 1]);
  const variables = { filter: Object.fromEntries(members) };
  const { status, errors } = await ask(url, query, { variables });
  expect(status).toBe(400);
  expect(errors).toHaveLength(6);
  expect(errors?.[0]?.message).toMatch(
    /^Variable "\$filter" got invalid value { k0: 1, .*1690 more/,
  );
  expect(JSON.stringify(errors).length).toBeLessThan(10_000);
  const long = await ask(url, query, { variables: { filter: { states: ['x'.repeat(90_000)] } } });
  expect(JSON.stringify(long.errors).length).toBeLessThan(10_000);
});

test.each<[string, Record<string, unknown>]>([
  ['nothing', {}],
  ['null', { id: null, filter: null }],
  ['scalars of another kind', { id: true, filter: 'x', states: 5 }],
  ['lists', { id: [1, [2, [3, [4]]]], filter: [], states: Array.from({ length: 12 }, () => 1) }],
  ['eleven elements', { id: Array.from({ length: 11 }, () => null) }],
  ['objects', { id: { a: { b: { c: { d: 1 } }, e: {} } }, filter: { states: {}, other: 'x' } }],
  ['what is nearly right', { id: 'x', filter: { stats: ['USED'], states: ['USE', null] } }],
  ['a number that is none', { id: 1.5, filter: { count: 3e9 } }],
])('what is wrong with %s is said as graphql-js says it', (_what, variables) => {
  const schema = buildSchema(`
    enum State { WAITING USED }
    input Filter { states: [State!], count: Int, needed: Boolean! }
    type Query { a(id: ID!, filter: Filter, states: [State!]): String }`);
  const { definitions } = parse(
    'query ($id: ID!, $filter: Filter, $states: [State!] = [USED]) { a(id: $id) }',
  );
  const [operation] = definitions as [OperationDefinitionNode];
  for (const rules of [
    { maxErrors: 5, hideSuggestions: false },
    { maxErrors: 1, hideSuggestions: true },
  ]) {
    const { variableDefinitions = [] } = operation;
    const { errors } = getVariableValues(schema, variableDefinitions, variables, rules);
    const told = ({ message, locations }: GraphQLError) => ({ message, locations });
    expect(variableErrors(schema, operation, variables, rules).map(told)).toEqual(
      (errors ?? []).map(told),
    );
  }
});

test('each element of a list in variables weighs one, and each member of an object ten', async () => {
  const url = await start();
  const left = async (variables: unknown) => {
    const { headers, body } = await request(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    expect(await body.json()).toEqual({ data: { a: 'here' } });
    return Number(/r=(\d+)/.exec(String(headers.ratelimit))?.[1]);
  };
  await left({});
  const before = await left({});
  const withNone = await left({});
  const withMany = await left(states('USED', 300));
  expect(withNone - withMany).toBe(before - withNone + 300 + 2 * 10);
  // Nested as deeply as a body may be, also where no variable is of that name.
  const nested = `${'['.repeat(198)}${']'.repeat(198)}`;
  const { statusCode, body } = await request(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"query":${JSON.stringify(query)},"variables":{"other":${nested}}}`,
  });
  expect([statusCode, await body.json()]).toEqual([200, { data: { a: 'here' } }]);
});

test.each([
  ['elements', states(1, 20_000)],
  [
    'members',
    { filter: Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`k${n}`, 1])) },
  ],
])('what has tens of thousands of %s is not even parsed', async (_what, variables) => {
  const url = await start();
  const { status, errors } = await ask(url, query, { variables });
  expect(status).toBe(400);
  expect(errors?.map(({ message }) => message)).toEqual([
    'The request body has too many members and elements.',
  ]);
});

test('variables of a GET are looked at before they are parsed too', async () => {
  const url = await start({ QUERY_MAX_VALUES: '100' });
  const search = new URLSearchParams({ query, variables: JSON.stringify(states(1, 1_000)) });
  const { statusCode, body } = await request(`${url}/graphql?${search}`);
  expect(statusCode).toBe(400);
  expect(await body.text()).toMatch('`variables` has too many members and elements.');
});
