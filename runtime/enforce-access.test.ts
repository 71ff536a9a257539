import { buildSubgraphSchema } from '@apollo/subgraph';
import { expect, test } from '@jest/globals';
import { buildSchema, graphql, parse } from 'graphql';
import type { Caller } from './caller.ts';
import { enforceAccess } from './enforce-access.ts';

const schema = buildSchema(`
  directive @authenticated on FIELD_DEFINITION | OBJECT
  directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION
  directive @policy(policies: [[String!]!]!) on FIELD_DEFINITION
  type Query {
    open: String
    closed: String @authenticated
    scoped: String @requiresScopes(scopes: [["a", "b"], ["c"]])
    operators: String @policy(policies: [["operator"]])
    orders: String @policy(policies: [["service:order"], ["operator"]])
    inside: Inside
  }
  type Inside @authenticated { value: String }`);
enforceAccess(schema);

const gateway = { service: 'gateway' as const, roles: [] };
const ana = { ...gateway, userId: 'ana' };

test.each([
  ['{ name: "@authenticated", as: "@signedIn" }', 'signedIn'],
  ['', 'federation__authenticated'],
])('a directive that is imported as [%s] means what it always means', async (imported, name) => {
  const renamed = buildSubgraphSchema(
    parse(`extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imported}])
      type Query { open: String closed: String @${name} }`),
  );
  enforceAccess(renamed);
  const asked = { schema: renamed, source: '{ open closed }', contextValue: { caller: gateway } };
  const { data } = await graphql({ ...asked, rootValue: { open: 'open', closed: 'closed' } });
  expect(data).toEqual({ open: 'open', closed: null });
});

test('an entity that is asked for by its key, or behind an interface or a union, is guarded too', async () => {
  const subgraph = buildSubgraphSchema({
    typeDefs: parse(`extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
        import: ["@key", "@authenticated", "@policy"])
      type Query { node: Node found: Found }
      interface Node { id: ID }
      union Found = Guest | Vault
      type Guest implements Node @key(fields: "id") {
        id: ID name: String email: String @policy(policies: [["operator"]])
      }
      type Vault implements Node @key(fields: "id") @authenticated { id: ID code: String }`),
    resolvers: {
      Query: { node: () => vault, found: () => vault },
      Guest: { __resolveReference: () => guest },
      Vault: { __resolveReference: () => vault },
    } as never,
  });
  const vault = { __typename: 'Vault', id: 'SECRET', code: 'SECRET' };
  const guest = { __typename: 'Guest', id: '1', name: 'a name', email: 'SECRET' };
  enforceAccess(subgraph);
  const source = `query ($of: [_Any!]!) {
    _entities(representations: $of) { ... on Guest { name email } ... on Vault { id code } }
    node { __typename id } found { ... on Vault { code } }
  }`;
  const of = ['Guest', 'Vault'].map((__typename) => ({ __typename, id: '1' }));
  const seen = async (caller: Caller) => {
    const asked = { schema: subgraph, source, variableValues: { of }, contextValue: { caller } };
    return JSON.stringify((await graphql(asked)).data);
  };
  expect(JSON.parse(await seen(gateway))).toEqual({
    _entities: [
      { name: 'a name', email: null },
      { id: null, code: null },
    ],
    // The name of a type is no secret.
    node: { __typename: 'Vault', id: null },
    found: { code: null },
  });
  expect((await seen({ ...ana, roles: ['operator'] })).match(/SECRET/g)).toHaveLength(5);
});

const fields = ['open', 'closed', 'scoped', 'operators', 'orders'];
const rootValue = { ...Object.fromEntries(fields.map((name) => [name, name])), inside: {} };
const seenBy = async (caller: Caller | undefined) => {
  const contextValue = { caller };
  const source = `{ ${fields.join(' ')} inside { __typename } }`;
  const { data } = await graphql({ schema, source, rootValue, contextValue });
  return Object.keys(data ?? {}).filter((name) => data?.[name] !== null);
};

test.each<[string, Caller | undefined, string[]]>([
  ['nobody known', undefined, ['open']],
  ['nobody', gateway, ['open']],
  ['a user', ana, ['open', 'closed', 'inside']],
  ['a user with one scope of two', { ...ana, scopes: ['a'] }, ['open', 'closed', 'inside']],
  [
    'a user with both scopes',
    { ...ana, scopes: ['b', 'a'] },
    ['open', 'closed', 'scoped', 'inside'],
  ],
  [
    'an operator',
    { ...ana, roles: ['operator'] },
    ['open', 'closed', 'operators', 'orders', 'inside'],
  ],
  [
    'a sister service',
    { service: 'scheduler', roles: ['operator'] },
    ['open', 'closed', 'scoped', 'inside'],
  ],
  [
    'the sister service that is named',
    { service: 'order', roles: [] },
    ['open', 'closed', 'scoped', 'orders', 'inside'],
  ],
])('%s sees what the SDL allows', async (_who, caller, sees) => {
  expect(await seenBy(caller)).toEqual(sees);
});
