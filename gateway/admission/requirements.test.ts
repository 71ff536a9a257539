import { composeServices } from '@apollo/composition';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { servedSupergraph } from '../execution/served-supergraph.ts';

const federation = (imported: string) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imported}])\n`;
const usual = federation(
  '"@key", "@requires", "@external", "@shareable", "@interfaceObject", "@authenticated"',
);

/** Composes subgraphs; of their composed SDL, what `without` finds is left out. */
function served(sdls: Record<string, string>, without = /never/) {
  const { supergraphSdl = '', errors } = composeServices(
    Object.entries(sdls).map(([name, sdl]) => ({
      name,
      url: 'http://127.0.0.1:1/graphql',
      typeDefs: parse(sdl),
    })),
  );
  expect(errors?.map(({ message }) => message)).toBeUndefined();
  return servedSupergraph(supergraphSdl.replace(without, ''));
}

describe.each([
  ['without an import', federation('"@key"'), 'federation__'],
  [
    'under other names',
    federation(
      ['authenticated', 'requiresScopes', 'policy', 'listSize']
        .map((name) => `{ name: "@${name}", as: "@my${name}" }`)
        .join(),
    ),
    'my',
  ],
])('directives that a subgraph has %s', (_how, link, prefix) => {
  const sdl = `${link} type Query {
    a: Int @${prefix}authenticated
    b: Int @${prefix}requiresScopes(scopes: [["read"]])
    c: Int @${prefix}policy(policies: [["operator"]])
    d: [Int] @${prefix}listSize(assumedSize: 3)
    e: Secret
    f: Int
  }
  type Secret @${prefix}authenticated { x: Int }`;
  const { requirements, listSizes } = served({ one: sdl });

  test('mean what they always mean', () => {
    const user = { authenticated: true, scopes: [], policies: [] };
    expect(requirements.ofField('Query', 'a')).toEqual(user);
    expect(requirements.ofField('Query', 'b')).toEqual({ ...user, scopes: [[['read']]] });
    expect(requirements.ofField('Query', 'c')?.policies).toEqual([[['operator']]]);
    expect(requirements.ofField('Query', 'e')).toEqual(user);
    expect(requirements.ofType('Secret')).toEqual(user);
    expect(requirements.ofField('Query', 'f')).toBeUndefined();
    expect(listSizes.declared('Query', 'd')).toMatchObject({ assumedSize: 3 });
  });
});

test('a directive of the same name from elsewhere means nothing', () => {
  const { requirements } = served({
    one: `${federation('"@key", "@composeDirective"')}
      extend schema @link(url: "https://homestay.example/mine/v1.0", import: ["@policy"])
        @composeDirective(name: "@policy")
      directive @policy(level: Int) on FIELD_DEFINITION
      type Query { a: Int @policy(level: 1) }`,
  });
  expect(requirements.any).toBe(false);
});

/** Composition wants these marks; a supergraph that was composed by an older one may lack them. */
describe('where a field is not marked, it needs what the fields need that it is made from', () => {
  const user = { authenticated: true };

  test('by @requires, through objects and other fields that are made from some', () => {
    const { requirements } = served(
      {
        one: `${usual} type Query { t: T }
          type T @key(fields: "id") { id: ID! inner: Inner  open: Int }
          type Inner { secret: Int @authenticated }`,
        two: `${usual} type T @key(fields: "id") {
          id: ID! inner: Inner @external
          made: Int @requires(fields: "inner { secret }") @authenticated
        }
        type Inner @external { secret: Int }`,
        three: `${usual} type T @key(fields: "id") {
          id: ID! made: Int @external again: Int @requires(fields: "made") @authenticated
        }`,
      },
      /(?<=requires: "[^"]*"\)) @authenticated/g,
    );
    expect(requirements.ofField('T', 'made')).toMatchObject(user);
    expect(requirements.ofField('T', 'again')).toMatchObject(user);
    expect(requirements.ofField('T', 'open')).toBeUndefined();
  });

  test('by a type that only one implementation gives for the field', () => {
    const { requirements } = served(
      {
        one: `${usual} type Query { boxes: [Box] }
          interface Item { name: String }
          interface Box { item: Item }
          type Key implements Item @authenticated { name: String }
          type Shoe implements Item { name: String }
          type Safe implements Box { item: Key @authenticated }
          type Shelf implements Box { item: Shoe }`,
      },
      /(?<=interface Item[^{]*|item: \w+)@authenticated|(?<=item: Key) @authenticated/g,
    );
    expect(requirements.ofField('Safe', 'item')).toMatchObject(user);
    expect(requirements.ofField('Box', 'item')).toMatchObject(user);
    expect(requirements.ofField('Shelf', 'item')).toBeUndefined();
  });

  test('by an interface object, on each type of the interface', () => {
    const { requirements } = served(
      {
        one: `${usual} type Query { book: Book media: [Media] }
          interface Media @key(fields: "id") { id: ID! title: String }
          type Book implements Media @key(fields: "id") { id: ID! title: String @authenticated }
          type Film implements Media @key(fields: "id") { id: ID! title: String }`,
        two: `${usual} type Media @key(fields: "id") @interfaceObject {
          id: ID! title: String @external
          stars: Int @authenticated
          label: String @requires(fields: "title") @authenticated
          open: Int
        }`,
      },
      / @authenticated(?= @join__field\n)|(?<=requires: "title"\)) @authenticated/g,
    );
    expect(requirements.ofField('Media', 'stars')).toMatchObject(user);
    expect(requirements.ofField('Book', 'stars')).toMatchObject(user);
    expect(requirements.ofField('Book', 'label')).toMatchObject(user);
    expect(requirements.ofField('Book', 'open')).toBeUndefined();
    expect(requirements.ofField('Film', 'title')).toBeUndefined();
  });
});
