import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { compose } from '../../testing/gateway/raw-subgraph.ts';
import { requirementsOf } from '../admission/requirements.ts';
import { keepingBy } from './cache-control.ts';

const marks = `
  extend schema
    @link(url: "https://homestay.example/cacheControl/v1.0", import: ["@cacheControl"])
    @composeDirective(name: "@cacheControl")
  directive @cacheControl(maxAge: Int, scope: cacheControl__Scope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
  enum cacheControl__Scope { PUBLIC PRIVATE }
`;
const stays = `
  type Query {
    stay: Stay
    short: Stay @cacheControl(maxAge: 5)
    now: Int
    hour: Int @cacheControl(maxAge: 3600)
    mine: Stay @cacheControl(maxAge: 60, scope: PRIVATE)
    shown: Shown @cacheControl(maxAge: 60)
    unmarked: Unmarked
    own: Own @cacheControl(maxAge: 60)
    either: Either @cacheControl(maxAge: 60)
    named: Named @cacheControl(maxAge: 60)
  }
  type Stay implements Shown @key(fields: "id") @cacheControl(maxAge: 60, scope: PUBLIC) {
    id: ID!
    title: String
    rating: Int @cacheControl(maxAge: 10)
    price: Money
    host: Unmarked
    secret: String @cacheControl(scope: PRIVATE)
    guarded: String @authenticated
    again: Stay
  }
  type Money @cacheControl(inheritMaxAge: true) { amount: Int }
  type Unmarked { name: String }
  type Own implements Named @key(fields: "id") @cacheControl(maxAge: 60, scope: PRIVATE) { id: ID! name: String }
  union Either = Stay | Own
  interface Named { name: String }
  interface Shown { title: String secret: String }
`;
const supergraphOf = (sdl: string) =>
  Supergraph.build(compose([{ name: 'stays', url: 'http://stays', sdl }]), {
    supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  }).schema;
const supergraph = supergraphOf(marks + stays);
const keepingOf = keepingBy(supergraph, requirementsOf(supergraph));

test.each([
  ['{ stay { title } }', 60],
  ['{ stay { title price { amount } } }', 60],
  ['{ stay { title rating } }', 10],
  ['{ short { title } }', 5],
  ['{ short { again { title } } }', 5],
  ['{ stay { title } hour __typename }', 60],
  ['{ hour }', 3600],
  ['{ stay { ...F } } fragment F on Stay { rating }', 10],
  ['{ shown { title ... on Stay { rating } } }', 10],
  ['query($r: [_Any!]!) { _entities(representations: $r) { ... on Stay { title } } }', 60],
  // Nothing is said of it, it is not the same for all, or it is no query.
  ['{ now }', 0],
  ['{ own { name } }', 0],
  ['{ either { ... on Own { name } } }', 0],
  ['{ either { ... on Stay { title } } }', 0],
  ['{ named { name } }', 0],
  ['query($r: [_Any!]!) { _entities(representations: $r) { ... on Own { name } } }', 0],
  ['{ stay { title } now }', 0],
  ['{ unmarked { name } }', 0],
  ['{ stay { host { name } } }', 0],
  ['{ mine { title } }', 0],
  ['{ stay { secret } }', 0],
  ['{ stay { guarded } }', 0],
  ['{ shown { secret } }', 0],
  ['{ __schema { queryType { name } } }', 0],
  ['{ __typename }', 0],
  ['query($r: [_Any!]!) { _entities(representations: $r) { ... on Stay { secret } } }', 0],
  ['query($r: [_Any!]!) { _entities(representations: $r) { ... on Unmarked { name } } }', 0],
  ['mutation { change { title } }', 0],
])('an answer is kept as long as the least of its fields: %s', (query, seconds) => {
  expect(keepingOf?.(parse(query)).seconds).toBe(seconds);
});

test('the types of what is kept are known', () => {
  const { types } = keepingOf?.(parse('{ stay { price { amount } again { title } } }')) ?? {};
  expect([...(types ?? [])].sort()).toEqual(['Money', 'Stay']);
});

test('a schema that marks nothing keeps nothing', () => {
  const unmarked = supergraphOf('type Query { now: Int }');
  expect(keepingBy(unmarked, requirementsOf(unmarked))).toBeUndefined();
});
