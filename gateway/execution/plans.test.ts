import { composeServices } from '@apollo/composition';
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { expect, test } from '@jest/globals';
import { graphql, parse } from 'graphql';
import type { Answer } from '../subgraphs/subgraph-request.ts';
import { buildOperationContext, executeQueryPlan } from './apollo-executor.ts';
import { preparation } from './prepared-operation.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@requires", "@external", "@shareable", "@interfaceObject"])`;

/** Three small subgraphs, whose schemas make the planner use what our own never do. */
const subgraphs = {
  houses: {
    sdl: `${link}
      type Query { places: [Place]! house(id: ID!): House }
      type Mutation { first: House! second: House }
      interface Place @key(fields: "id") { id: ID! }
      type House implements Place @key(fields: "id") { id: ID! size: Int! label(long: Boolean): String next: House }
      type Tent implements Place @key(fields: "id") { id: ID! colour: String! }`,
    resolvers: {
      Query: {
        places: () => ['1', '2', null, '1', 't1', '3'].map((id) => id && place(id)),
        house: (_: unknown, { id }: { id: string }) => place(id),
      },
      Mutation: { first: () => place('1'), second: () => place('2') },
      House: {
        __resolveReference: ({ id }: { id: string }) => place(id),
        label: ({ id }: { id: string }, { long }: { long?: boolean }) =>
          long ? `the house ${id}` : `h${id}`,
        next: ({ id }: { id: string }) => (id === '3' ? null : place(String(Number(id) + 1))),
      },
      Tent: { __resolveReference: ({ id }: { id: string }) => place(id) },
      Place: { __resolveReference: ({ id }: { id: string }) => place(id) },
    },
  },
  prices: {
    sdl: `${link}
      type House @key(fields: "id") { id: ID! size: Int! @external price: Int @requires(fields: "size") owner: Owner }
      type Owner @key(fields: "name") { name: String! }`,
    resolvers: {
      House: {
        __resolveReference: (reference: { id: string }) =>
          reference.id === '4' ? null : reference,
        price: ({ id, size }: { id: string; size: number }) => {
          if (id === '2') throw new Error('no price');
          return size * 100;
        },
        owner: ({ id }: { id: string }) => ({ name: `owner ${Number(id) % 2}` }),
      },
    },
  },
  ratings: {
    sdl: `${link}
      type Place @key(fields: "id") @interfaceObject { id: ID! stars: Int }
      type Owner @key(fields: "name") { name: String! trusted: Boolean! }`,
    resolvers: {
      Place: { __resolveReference: ({ id }: { id: string }) => ({ id, stars: id.length }) },
      Owner: {
        __resolveReference: ({ name }: { name: string }) => ({ name }),
        trusted: ({ name }: { name: string }) => {
          if (name === 'owner 0') throw new Error('unknown');
          return true;
        },
      },
    },
  },
};
const place = (id: string) =>
  id.startsWith('t')
    ? { __typename: 'Tent', id, colour: 'red' }
    : { __typename: 'House', id, size: Number(id) };

const composed = composeServices(
  Object.entries(subgraphs).map(([name, { sdl }]) => ({
    name,
    url: `http://${name}`,
    typeDefs: parse(sdl),
  })),
);
const sdl = composed.supergraphSdl ?? String(composed.errors);
const supergraph = Supergraph.build(sdl);
const apiSchema = supergraph.apiSchema();
const schema = apiSchema.toGraphQLJSSchema();
const executable = Object.fromEntries(
  Object.entries(subgraphs).map(([name, { sdl: own, resolvers }]) => [
    name,
    buildSubgraphSchema({ typeDefs: parse(own), resolvers: resolvers as never }),
  ]),
);
const { prepare } = preparation(sdl);

/** What is sent to a subgraph. */
type Body = { query: string; variables: Record<string, unknown> };

/** A subgraph's answer, as it comes over the wire. */
const ask = async (name: string, { query, variables }: Body): Promise<Answer> => {
  const result = await graphql({
    schema: executable[name] as never,
    source: query,
    variableValues: variables,
  });
  return JSON.parse(JSON.stringify(result));
};

async function both(query: string, variables: Record<string, unknown>) {
  const document = parse(query);
  const plan = new QueryPlanner(supergraph).buildQueryPlan(
    operationFromDocument(apiSchema, document),
  );
  const services = new Proxy(
    {},
    {
      get: (_, name: string) => ({
        process: ({ request }: { request: Body }) => ask(name, request),
      }),
    },
  );
  const theirs = await executeQueryPlan(
    plan,
    services,
    { request: { variables }, context: {}, metrics: {} } as never,
    buildOperationContext({ schema, operationDocument: document, operationName: undefined }),
    supergraph.schema.toGraphQLJSSchema(),
    apiSchema,
  );
  const bodies: Body[] = [];
  const send = (name: string, body: string) => {
    bodies.push(JSON.parse(body));
    return ask(name, JSON.parse(body));
  };
  const ours = await prepare(document)?.execute({ variables, send });
  return { plan, theirs: plain(theirs), ours: plain(ours), bodies };
}

const plain = (result: unknown) => {
  // What is wrong with the data, Apollo tells beside the errors, and ours as errors.
  const { data, errors, extensions } = JSON.parse(JSON.stringify(result));
  const all = [...(errors ?? []), ...(extensions?.valueCompletion ?? [])];
  return { data, errors: all.map((error: unknown) => JSON.stringify(error)).sort() };
};

const cases: [
  what: string,
  contains: RegExp,
  query: string,
  variables?: Record<string, unknown>,
][] = [
  ['one fetch', /"Fetch"/, '{ house(id: "1") { size } }'],
  ['nothing to fetch', /^{"kind":"QueryPlan"}$/, '{ __typename }'],
  [
    'a sequence and what is required',
    /"Sequence".*"requires"/,
    '{ house(id: "3") { price size } }',
  ],
  ['a refused entity', /"requires"/, '{ house(id: "2") { price label } }'],
  ['an entity that is not there', /"requires"/, '{ house(id: "4") { price owner { name } } }'],
  [
    'parallel fetches',
    /"Parallel"/,
    '{ house(id: "1") { price stars next { owner { name } stars } } }',
  ],
  [
    'lists of several types',
    /"Flatten"/,
    '{ places { id stars ... on House { price owner { name } } ... on Tent { colour } } }',
  ],
  [
    'an error of an entity in several places',
    /"Flatten"/,
    '{ places { ... on House { owner { name trusted } } } }',
  ],
  [
    'two fields of one name in a union of types',
    /Rewrites/,
    '{ places { __typename ... on House { stars label } ... on Tent { stars label: colour } } }',
  ],
  [
    'a condition that holds',
    /"Condition"/,
    'query ($p: Boolean!) { house(id: "1") { size ... @include(if: $p) { price } } }',
    { p: true },
  ],
  [
    'a condition that does not',
    /"Condition"/,
    'query ($p: Boolean!) { house(id: "1") { size ... @include(if: $p) { price } } }',
    { p: false },
  ],
  [
    'a condition by default',
    /"Condition"/,
    'query ($p: Boolean! = true) { house(id: "1") { size ... @skip(if: $p) { price } } }',
  ],
  [
    'variables of a nested fetch',
    /variableUsages/,
    'query ($l: Boolean) { house(id: "1") { price next { label(long: $l) } } }',
    { l: true },
  ],
  [
    'names that every object has, as aliases and variables',
    /"Fetch"/,
    `query ($valueOf: ID!, $constructor: Boolean = true) {
      house(id: $valueOf) { constructor: size toString: label then: price @skip(if: $constructor) }
    }`,
    { valueOf: '1' },
  ],
  [
    'mutations one after the other',
    /"Sequence"/,
    'mutation { first { price } second { label stars } }',
  ],
];

test.each(cases)('%s', async (_what, contains, query, variables = {}) => {
  const { plan, theirs, ours } = await both(query, variables);
  expect(JSON.stringify(plan)).toMatch(contains);
  expect(ours).toEqual(theirs);
});

test('an entity is asked for once, however often it occurs', async () => {
  const { bodies } = await both('{ places { ... on House { price } } }', {});
  const asked = bodies
    .flatMap(({ variables }) => (variables.representations ?? []) as { id: string }[])
    .map(({ id }) => id);
  expect(asked.sort()).toEqual(['1', '2', '3']);
});

test.each([
  ['introspection', '{ __schema { description } }'],
  ['an alias that looks like a type name', '{ house(id: "1") { __typename: label } }'],
])('%s is left to the gateway', (_what, query) => {
  expect(prepare(parse(query))).toBeUndefined();
});

test('variables that do not fit are left to the gateway', () => {
  const operation = prepare(
    parse('query ($p: Boolean! = true) { house(id: "1") { size @skip(if: $p) } }'),
  );
  expect(
    operation?.execute({ variables: { p: 'yes' }, send: () => Promise.reject() }),
  ).toBeUndefined();
});
