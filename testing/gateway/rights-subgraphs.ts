import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, graphql, parse, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import { createHandler } from 'graphql-sse/lib/use/http';
import { startWithStack } from '../../runtime/lifecycle.ts';
import { serve } from '../serve.ts';
import { federationLink, startRawSubgraph } from './raw-subgraph.ts';

/** What a caller may need, each for itself. */
export type Need = 'user' | 'reader' | 'writer' | 'operator';

const needs: Record<Need, string> = {
  user: '@authenticated',
  reader: '@requiresScopes(scopes: [["number", "read"], ["admin"]])',
  writer: '@requiresScopes(scopes: [["write"]])',
  operator: '@policy(policies: [["operator"]])',
};
const { user, reader, writer, operator } = needs;

/**
 * What only some may see, and what they need for it. The value of each is `SECRET` with its
 * coordinate. Of fields of interfaces, one type at least has the right.
 */
export const secrets: Record<string, Need> = {
  'Query.closed': 'user',
  'Mutation.change': 'writer',
  'Subscription.watched': 'operator',
  'User.email': 'user',
  'User.number': 'reader',
  'User.salary': 'operator',
  'User.badge': 'user',
  'User.stamp': 'user',
  'User.codes': 'user',
  'User.pin': 'user',
  'User.score': 'reader',
  'User.grade': 'reader',
  'User.review': 'user',
  'User.total': 'user',
  'Address.street': 'user',
  'Strict.sure': 'user',
  'Team.label': 'user',
  'Vault.id': 'user',
  'Vault.label': 'user',
  'Vault.content': 'user',
  'Book.pages': 'user',
  'Media.stars': 'user',
};

/** Fields of interfaces that are as secret as that of one of their types. */
export const secretByInterface: Record<string, Need> = {
  'Named.label': 'user',
  'Node.id': 'user',
  'Node.label': 'user',
};

/** A key may be asked of a subgraph for the plan's sake, as Apollo Router does; nobody sees it. */
export const askedAsKey = ['User.pin'];

const sdls = {
  people: `
    type Query {
      me: User
      people: [User!] @listSize(assumedSize: 2)
      grid: [[User!]!] @listSize(assumedSize: 2)
      named: [Named!] @listSize(assumedSize: 2)
      node: Node
      nodes: [Node] @listSize(assumedSize: 2)
      things: [Thing!] @listSize(assumedSize: 3)
      strict: Strict
      stricts: [Strict!] @listSize(assumedSize: 2)
      closed: String ${user}
      open: String
    }
    type Mutation { greet: User change: String ${writer} }
    type Subscription { met: User watched: String ${operator} }
    interface Node { id: ID label: String }
    interface Named { label: String }
    union Thing = User | Vault | Team
    type User implements Node & Named @key(fields: "id") @key(fields: "pin") {
      id: ID
      label: String
      name: String
      email: String ${user}
      number: String ${reader}
      salary: String ${operator}
      badge: Badge
      stamp: Stamp
      codes: [[String!]!] ${user} @listSize(assumedSize: 1)
      pin: ID ${user}
      friends: [User!] @listSize(assumedSize: 1)
      private: Private
    }
    type Private { note: String address: Address }
    type Address ${user} { street: String }
    type Strict { sure: String! ${user} free: String }
    type Team implements Named { label: String ${user} motto: String }
    type Vault implements Node ${user} { id: ID label: String content: String }
    scalar Stamp ${user}
    enum Badge ${user} { SECRET_GOLD }`,
  scores: `
    type Query { best: User }
    type User @key(fields: "id") {
      id: ID
      number: String @external
      score: String @requires(fields: "number") ${reader}
      review: String ${user}
      likes: Int
    }`,
  grades: `
    type User @key(fields: "id") {
      id: ID
      score: String @external
      private: Private @external
      grade: String @requires(fields: "score") ${reader}
      total: String @requires(fields: "private { address { street } }") ${user}
    }
    type Private @external { address: Address }
    type Address @external { street: String }`,
  pins: `
    type User @key(fields: "pin") { pin: ID ${user} color: String }`,
  library: `
    type Query { media: [Media] @listSize(assumedSize: 2) book: Book }
    interface Media @key(fields: "id") { id: ID title: String }
    type Book implements Media @key(fields: "id") { id: ID title: String pages: String ${user} }
    type Film implements Media @key(fields: "id") { id: ID title: String }`,
  stars: `
    type Query { top: [Media] @listSize(assumedSize: 2) }
    type Media @interfaceObject @key(fields: "id") { id: ID stars: String ${user} note: String }`,
};

const secret = (coordinate: string) => `SECRET ${coordinate}`;

/** The objects' own secrets, by their types. */
const secretsOf = (type: string): Record<string, string> =>
  Object.fromEntries(
    Object.keys(secrets)
      .filter((coordinate) => coordinate.startsWith(`${type}.`))
      .map((coordinate) => [coordinate.slice(type.length + 1), secret(coordinate)]),
  );

const person = (id: string): object => ({
  ...secretsOf('User'),
  __typename: 'User',
  id,
  label: `label ${id}`,
  name: `name ${id}`,
  badge: 'SECRET_GOLD',
  codes: [[secret('User.codes')]],
  friends: () => (id === '1' ? [person('2')] : []),
  private: { note: 'a note', address: secretsOf('Address') },
});
const vault = { __typename: 'Vault', ...secretsOf('Vault') };
const team = { __typename: 'Team', ...secretsOf('Team'), motto: 'a motto' };
const book = { __typename: 'Book', id: 'b', title: 'a book', ...secretsOf('Book') };
const film = { __typename: 'Film', id: 'f', title: 'a film' };
const strict = { ...secretsOf('Strict'), free: 'free' };
const starred = (id: string) => ({
  __typename: 'Media',
  id,
  note: `note ${id}`,
  ...secretsOf('Media'),
});

/** An event, after which the subscription is complete. */
const once = (field: string, value: unknown) => ({
  async *subscribe() {
    yield { [field]: value };
  },
});

type Reference = { id: string; number?: string; score?: string; pin?: string };
/** What a field is made from, or nothing where that is not as secret as it should be. */
const madeFrom = (field: string, of: unknown) => (of ? secret(field) : null);
const resolvers: Record<keyof typeof sdls, object> = {
  people: {
    Query: {
      me: () => person('1'),
      people: () => [person('1'), person('2')],
      grid: () => [[person('1')], [person('2')]],
      named: () => [person('1'), team],
      node: () => vault,
      nodes: () => [person('1'), vault],
      things: () => [vault, person('1'), team],
      strict: () => strict,
      stricts: () => [strict],
      closed: () => secret('Query.closed'),
      open: () => 'open',
    },
    Mutation: { greet: () => person('1'), change: () => secret('Mutation.change') },
    Subscription: {
      met: once('met', person('1')),
      watched: once('watched', secret('Subscription.watched')),
    },
    User: { __resolveReference: ({ id }: Reference) => person(id) },
  },
  scores: {
    Query: { best: () => ({ id: '1' }) },
    User: {
      __resolveReference: (reference: Reference) => reference,
      score: ({ number }: Reference) => madeFrom('User.score', number),
      review: () => secret('User.review'),
      likes: () => 1,
    },
  },
  grades: {
    User: {
      __resolveReference: (reference: Reference) => reference,
      grade: ({ score }: Reference) => madeFrom('User.grade', score),
      total: (of: { private?: { address?: object } }) =>
        madeFrom('User.total', of.private?.address),
    },
  },
  pins: {
    User: {
      __resolveReference: (reference: Reference) => reference,
      color: ({ pin }: Reference) => (pin ? 'red' : null),
    },
  },
  library: {
    Query: { media: () => [book, film], book: () => book },
    Media: { __resolveReference: ({ id }: Reference) => (id === 'b' ? book : film) },
    Book: { __resolveReference: () => book },
    Film: { __resolveReference: () => film },
  },
  stars: {
    Query: { top: () => [starred('b'), starred('f')] },
    Media: { __resolveReference: ({ id }: Reference) => starred(id) },
  },
};

/** What a subgraph was asked: coordinates of fields, and the secrets among the variables. */
export type Asked = Set<string>;

/**
 * Starts subgraphs with secrets behind everything that federation has. They tell what they are asked
 * and enforce nothing themselves.
 */
export const startRightsSubgraphs = (asked: Asked) =>
  startWithStack(async (stack) => {
    const declared = await Promise.all(
      Object.entries(sdls).map(async ([name, sdl]) => {
        const schema = buildSubgraphSchema({
          typeDefs: parse(federationLink + sdl),
          resolvers: resolvers[name as keyof typeof sdls] as never,
        });
        const note = coordinateReader(schema, asked);
        const { url } = stack.use(
          await startRawSubgraph(async ({ query, variables }) => {
            note(query, variables);
            return JSON.stringify(
              await graphql({ schema, source: query, variableValues: variables }),
            );
          }),
        );
        const events = stack.use(
          await serve(
            createHandler({
              schema,
              onSubscribe: (_request, { query, variables }) => note(query, variables),
            }),
          ),
        );
        return { name, sdl, url, events: events.url };
      }),
    );
    const overrides = declared.map(({ name, events }) => [
      name,
      { subscriptionProtocol: 'graphql-sse', subscriptionUrl: events },
    ]);
    return { declared, settings: { SUBGRAPHS: JSON.stringify(Object.fromEntries(overrides)) } };
  });

function coordinateReader(schema: GraphQLSchema, asked: Asked) {
  const types = new TypeInfo(schema);
  return (query: string, variables: unknown): undefined => {
    const visitor = visitWithTypeInfo(types, {
      Field: ({ name }) => void asked.add(`${types.getParentType()?.name}.${name.value}`),
    });
    visit(parse(query), visitor);
    for (const coordinate of secretsIn(JSON.stringify(variables ?? {}))) asked.add(coordinate);
  };
}

/** The coordinates of the secrets that a text shows. */
export const secretsIn = (text: string): Set<string> =>
  new Set(
    [...text.matchAll(/SECRET ([\w.]+)|SECRET_GOLD/g)].map(([, found]) => found ?? 'User.badge'),
  );
