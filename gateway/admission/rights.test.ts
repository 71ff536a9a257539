import { buildSubgraphSchema } from '@apollo/subgraph';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { graphql, parse } from 'graphql';
import { ask } from '../../testing/client.ts';
import { eventually } from '../../testing/eventually.ts';
import {
  compose,
  type Declared,
  federationLink,
  startGatewayOf,
  startRawSubgraph,
} from '../../testing/gateway/raw-subgraph.ts';
import { socketClient } from '../../testing/socket-client.ts';
import { type TokenClaims, token } from '../../testing/tokens.ts';

const sdls = {
  people: `
    type Query {
      me: User
      people: [User!]! @listSize(assumedSize: 5)
      node: Node
      nodes: [Node!]!
      things: [Thing!]!
      strict: Strict
      closed: String @authenticated
      open: String
    }
    type Mutation {
      change: String @requiresScopes(scopes: [["write"]])
      harmless: String
    }
    interface Node { id: ID! label: String }
    union Thing = User | Vault
    type User implements Node @key(fields: "id") {
      id: ID!
      label: String
      name: String
      email: String @authenticated
      number: String @requiresScopes(scopes: [["number", "read"], ["admin"]])
      salary: Money @policy(policies: [["operator"]])
      badge: Badge
      friends: [User!]! @listSize(assumedSize: 5)
      private: Private
    }
    type Private { note: String address: Address }
    type Address @authenticated { street: String }
    type Vault implements Node @authenticated { id: ID! label: String content: String }
    type Strict { sure: String! @authenticated free: String }
    scalar Money
    enum Badge @authenticated { SECRET_GOLD }`,
  scores: `
    type User @key(fields: "id") {
      id: ID!
      number: String @external
      score: String @requires(fields: "number") @requiresScopes(scopes: [["number", "read"], ["admin"]])
    }`,
};

const user = (id: string): object => ({
  __typename: 'User',
  id,
  label: 'SECRET label',
  name: `name ${id}`,
  email: 'SECRET email',
  number: 'SECRET number',
  salary: 'SECRET salary',
  badge: 'SECRET_GOLD',
  friends: () => (id === '1' ? [user('2'), user('3')] : []),
  private: { note: 'a note', address: { street: 'SECRET street' } },
});
const vault = {
  __typename: 'Vault',
  id: 'SECRET id',
  label: 'SECRET label',
  content: 'SECRET content',
};
const resolvers = {
  people: {
    Query: {
      me: () => user('1'),
      people: () => [user('1'), user('2')],
      node: () => vault,
      nodes: () => [user('1'), vault],
      things: () => [vault, user('1')],
      strict: () => ({ sure: 'SECRET sure', free: 'free' }),
      closed: () => 'SECRET closed',
      open: () => 'open',
    },
    Mutation: { change: () => 'SECRET change', harmless: () => 'done' },
    User: { __resolveReference: ({ id }: { id: string }) => user(id) },
  },
  scores: { User: { score: ({ number }: { number: string }) => `score of ${number}` } },
};

/** What each caller may see of what is marked as a secret. */
const callers: Record<string, { claims?: TokenClaims; sees: string[] }> = {
  nobody: { sees: [] },
  'a user': {
    claims: {},
    sees: ['email', 'SECRET_GOLD', 'street', 'closed', 'id', 'label', 'content', 'sure'],
  },
  'a user with half of what is needed': {
    claims: { scope: 'number' },
    sees: ['email', 'SECRET_GOLD', 'street', 'closed', 'id', 'label', 'content', 'sure'],
  },
  'a user with both scopes': {
    claims: { scope: 'read number' },
    sees: [
      ...['email', 'SECRET_GOLD', 'street', 'closed', 'id', 'label', 'content', 'sure'],
      ...['number', 'score'],
    ],
  },
  'an operator who may write': {
    claims: { roles: ['operator'], scope: 'write admin' },
    sees: [
      ...['email', 'SECRET_GOLD', 'street', 'closed', 'id', 'label', 'content', 'sure'],
      ...['number', 'score', 'salary', 'change'],
    ],
  },
};

const protectedFields = 'email number salary badge score private { note address { street } }';
const renamed = `a: email name: number b: salary c: badge d: score
  e: private { f: address { g: street } note }`;
/**
 * Ways to ask for the same: straight, renamed, through fragments, interfaces and unions, in lists,
 * under conditions.
 */
const ways: Record<string, string> = {
  'fields of an object': `{ me { ${protectedFields} } }`,
  'aliases, also under the names of other fields': `{ me { ${renamed} } }`,
  'a named fragment': `{ me { ...F } } fragment F on User { ${protectedFields} }`,
  'inline fragments in one another': `{ me { ... { ... on User { ...{ ${protectedFields} } } } } }`,
  'a fragment in two places': `{ me { ...F friends { ...F } } } fragment F on User { ${protectedFields} }`,
  'a list': `{ people { id ${protectedFields} friends { ${renamed} } } }`,
  'an interface': '{ nodes { __typename label id } node { id label } }',
  'an interface by its implementations': `{ nodes {
    ... on User { ${protectedFields} } ... on Vault { id label content } } }`,
  'an interface by a named fragment': `{ nodes { ...N } } fragment N on Node { id label ...V }
    fragment V on Vault { content }`,
  'a union': `{ things { __typename ... on Vault { content x: id } ... on User { ${renamed} } } }`,
  'a union by an interface': '{ things { ... on Node { id label } } }',
  'conditions that hold': `{ me { email @include(if: true) number @skip(if: false)
    ... @include(if: true) { salary badge } score } }`,
  'a field that is made from one': '{ me { score } people { score } }',
  'nothing else': '{ me { email } }',
  'the root': '{ closed open }',
  'a field that cannot be null': '{ strict { sure free } open }',
};

let url: string;
let declared: Declared[];
const stops: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  declared = await Promise.all(
    Object.entries(sdls).map(async ([name, sdl]) => {
      const schema = buildSubgraphSchema({
        typeDefs: parse(federationLink + sdl),
        resolvers: resolvers[name as keyof typeof sdls] as never,
      });
      const subgraph = await startRawSubgraph(async ({ query, variables }) =>
        JSON.stringify(await graphql({ schema, source: query, variableValues: variables })),
      );
      stops.push(subgraph.stop);
      return { name, sdl, url: subgraph.url };
    }),
  );
  const gateway = await startGatewayOf(declared);
  stops.push(gateway.stop);
  url = gateway.url;
});
afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});

const tokenFor = async ({ claims }: { claims?: TokenClaims }) => (claims ? token(claims) : null);
const secretsIn = (text: string) =>
  new Set([...text.matchAll(/SECRET (\w+)|(SECRET_GOLD)/g)].map(([, word, gold]) => word ?? gold));
const leaks = (text: string, sees: string[]) =>
  [...secretsIn(text)].filter((word) => !sees.includes(word as string));

/** The same operation by each transport that carries it. */
const transports: Record<string, (query: string, token: string | null) => Promise<string>> = {
  HTTP: async (query, bearer) => (await ask(url, query, { token: bearer })).text,
  'server-sent events': async (query, bearer) => {
    const response = await fetch(`${url}/graphql/stream`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
      },
      body: JSON.stringify({ query }),
    });
    return response.text();
  },
  WebSocket: async (query, bearer) => {
    const connectionParams = bearer ? { authorization: `Bearer ${bearer}` } : {};
    const client = await socketClient(url, {}, { connectionParams });
    const results: unknown[] = [];
    await new Promise<void>((resolve) => {
      client.subscribe(
        { query },
        {
          next: (result) => results.push(result),
          error: (errors) => resolve(void results.push(errors)),
          complete: () => resolve(),
        },
      );
    });
    await client.dispose();
    return JSON.stringify(results);
  },
};

describe.each(Object.entries(callers))('%s', (_who, caller) => {
  describe.each(Object.keys(transports))('over %s', (transport) => {
    test.each(Object.entries(ways))('sees no more by %s', async (_way, query) => {
      const text = await transports[transport]?.(query, await tokenFor(caller));
      expect(text).toMatch(/"data"/);
      expect(leaks(text as string, caller.sees)).toEqual([]);
      if (caller === callers.nobody) expect(text).toContain('UNAUTHORIZED_FIELD_OR_TYPE');
    });
  });
});

test('who has all that is needed sees all, without an error', async () => {
  const bearer = await tokenFor(callers['an operator who may write'] as never);
  for (const query of Object.values(ways)) {
    const { errors } = await ask(url, query, { token: bearer });
    expect(errors).toBeUndefined();
  }
  const { data, errors } = await ask<object>(url, ways['fields of an object'] as string, {
    token: bearer,
  });
  expect([data, errors]).toMatchObject([
    { me: { email: 'SECRET email', number: 'SECRET number', score: 'score of SECRET number' } },
    undefined,
  ]);
});

test('what is masked is null, in its place and with its path, and the rest is answered', async () => {
  const { data, errors } = await ask<object>(url, '{ people { id email } open }');
  expect(data).toEqual({
    people: [
      { id: '1', email: null },
      { id: '2', email: null },
    ],
    open: 'open',
  });
  expect(errors).toEqual(
    [0, 1].map((index) => ({
      message: 'Sign in first: send a token as `Authorization: Bearer …`.',
      path: ['people', index, 'email'],
      extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' },
    })),
  );
});

test('where it cannot be null, the nearest that can is', async () => {
  const { data, errors } = await ask<object>(url, '{ strict { sure free } open }');
  expect(data).toEqual({ strict: null, open: 'open' });
  expect(errors).toMatchObject([{ path: ['strict', 'sure'] }]);
});

test('what is left out anyway is no error', async () => {
  const query = 'query ($no: Boolean = false) { me { name email @include(if: $no) } }';
  expect(await ask(url, query)).toMatchObject({ data: { me: { name: 'name 1' } } });
  expect((await ask(url, query)).errors).toBeUndefined();
});

test('of several mutations those that are not allowed do not happen', async () => {
  const { data, errors } = await ask<object>(url, 'mutation { harmless change }');
  expect(data).toEqual({ harmless: 'done', change: null });
  expect(errors).toMatchObject([{ path: ['change'] }]);
});

test('by a setting, such an operation is refused as a whole', async () => {
  const gateway = await startGatewayOf(declared, { UNAUTHORIZED: 'reject' });
  const { status, data, errors } = await ask<unknown>(gateway.url, '{ me { name email } }');
  expect([status, data, errors?.[0]?.extensions.code]).toEqual([
    403,
    undefined,
    'UNAUTHORIZED_FIELD_OR_TYPE',
  ]);
  expect((await ask(gateway.url, '{ me { name } }')).errors).toBeUndefined();
  await gateway.stop();
});

test('introspection beside what is masked is refused', async () => {
  const { text } = await ask(url, '{ closed __schema { queryType { name } } }');
  expect(text).toContain('UNAUTHORIZED_FIELD_OR_TYPE');
  expect(leaks(text, [])).toEqual([]);
});

test('a new supergraph brings its rights with it', async () => {
  const gateway = await startGatewayOf(declared);
  expect((await ask<{ open: string }>(gateway.url, '{ open }')).data.open).toBe('open');
  const stricter = declared.map((one) => ({
    ...one,
    sdl: one.sdl.replace('open: String', 'open: String @authenticated'),
  }));
  await gateway.replace(compose(stricter));
  await eventually(
    async () => (await ask<{ open: unknown }>(gateway.url, '{ open }')).data.open === null,
  );
  await gateway.stop();
});
