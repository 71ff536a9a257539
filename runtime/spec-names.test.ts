import { composeServices } from '@apollo/composition';
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { describe, expect, test } from '@jest/globals';
import { parse, print } from 'graphql';
import { directivesOfSchema, specNames, withSpecNames } from './spec-names.ts';

const sdl = (imports: string, name: (of: string) => string) => `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imports}])
  type Query {
    a: [Int] @${name('listSize')}(assumedSize: 3)
    b: Int @${name('cost')}(weight: 5)
    c: Int @${name('authenticated')}
    d: Int @${name('tag')}(name: "x")
    e: Int @${name('requiresScopes')}(scopes: [["r"]])
    f: Int @${name('policy')}(policies: [["o"]])
    g: Int @${name('inaccessible')}
    h: Int
  }`;
const names = ['listSize', 'cost', 'authenticated', 'tag', 'requiresScopes', 'policy'];
const all = [...names, 'inaccessible'];
const plain = sdl(all.map((name) => `"@${name}"`).join(), (name) => name);
const renamed = sdl(
  all.map((name) => `{ name: "@${name}", as: "@my${name}" }`).join(),
  (name) => `my${name}`,
);
const notImported = sdl('', (name) => `federation__${name}`);

function composed(text: string): string {
  const { supergraphSdl, errors } = composeServices([
    { name: 'one', url: 'http://127.0.0.1:1/', typeDefs: parse(text) },
  ]);
  if (!supergraphSdl) throw new Error(String(errors));
  return supergraphSdl;
}

describe.each([
  ['under other names', renamed],
  ['without an import', notImported],
])('directives that a subgraph has %s', (_how, text) => {
  test('are in its supergraph what they would be by their own', () => {
    const document = withSpecNames(parse(composed(text), { noLocation: true }));
    expect(sorted(print(document))).toEqual(sorted(print(parse(composed(plain)))));
    const options = { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES };
    const { schema } = Supergraph.build(document, { ...options, validateSupergraph: true });
    expect(
      schema.schemaDefinition.rootType('query')?.field('c')?.appliedDirectives.length,
    ).toBeGreaterThan(0);
  });

  test('are found by the names of their specifications', () => {
    const nameOf = specNames(directivesOfSchema(parse(text)));
    const called = [...text.matchAll(/ @(\w+)(?= *[(\n])/g)].map(([, name = '']) => nameOf(name));
    expect(called.filter((name) => name !== 'link').sort()).toEqual([...all].sort());
  });
});

/** The order in which things are defined makes no difference. */
const sorted = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .sort();

test('a supergraph that calls them by their own is the same one', () => {
  const document = parse(composed(plain));
  expect(withSpecNames(document)).toBe(document);
});

test('a directive of such a name from elsewhere is none of them', () => {
  const foreign = parse(`extend schema
    @link(url: "https://homestay.example/mine/v1.0", import: ["@policy", "@other"])
    @link(url: "https://specs.apollo.dev/policy/v0.1", as: "rule")
    directive @policy(level: Int) on FIELD_DEFINITION
    directive @rule(policies: [[String!]!]!) on FIELD_DEFINITION
    directive @other on FIELD_DEFINITION
    type Query { a: Int @policy(level: 1) b: Int @rule(policies: [["o"]]) c: Int @other }`);
  const text = print(withSpecNames(foreign));
  expect(text).toContain('a: Int @mine__policy(level: 1)');
  expect(text).toContain('b: Int @policy(policies: [["o"]])');
  expect(text).toContain('c: Int @other');
  expect(text).toContain('"https://homestay.example/mine/v1.0", import: ["@other"]');
  expect(text).toContain('"https://specs.apollo.dev/policy/v0.1", as: "rule", import: ["@policy"]');
});

describe('where `@link` itself has another name', () => {
  const underIt = (text: string, link: string) =>
    text
      .replaceAll('@link(', '@lnk(')
      .replace(link, '$& @lnk(url: "https://specs.apollo.dev/link/v1.0", as: "lnk")');

  test('directives of a subgraph are found by the names of their specifications', () => {
    const nameOf = specNames(directivesOfSchema(parse(underIt(renamed, 'extend schema'))));
    expect(all.map((name) => nameOf(`my${name}`))).toEqual(all);
  });

  test('directives of a supergraph have the names of their specifications', () => {
    const itself = '@lnk(url: "https://specs.apollo.dev/link/v1.0")';
    const given = underIt(composed(renamed).replace(itself.replace('lnk', 'link'), ''), 'schema');
    const text = print(withSpecNames(parse(given)));
    expect(text).toMatch(/ c: Int .*@authenticated/);
    expect(text).toContain('authenticated/v0.1", for: SECURITY)');
    expect(text).not.toContain('@my');
  });
});

test('what a supergraph does not import is found, and imported, by its own name', () => {
  for (const [as, prefix] of [
    ['', 'cost'],
    [', as: "price"', 'price'],
  ]) {
    const given = parse(`schema @link(url: "https://specs.apollo.dev/link/v1.0")
      @link(url: "https://specs.apollo.dev/cost/v0.1"${as}) { query: Query }
      directive @${prefix}__listSize(assumedSize: Int) on FIELD_DEFINITION
      type Query { a: [Int] @${prefix}__listSize(assumedSize: 3) }`);
    const text = print(withSpecNames(given));
    expect(text).toContain('a: [Int] @listSize(assumedSize: 3)');
    expect(text).toContain('directive @listSize(assumedSize: Int)');
    expect(text).toContain(`cost/v0.1"${as}, import: ["@listSize"])`);
  }
});
