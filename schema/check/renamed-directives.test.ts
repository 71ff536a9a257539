import { composeServices } from '@apollo/composition';
import { Supergraph } from '@apollo/federation-internals';
import { describe, expect, test } from '@jest/globals';
import { buildSchema, parse } from 'graphql';
import { withoutRights } from '../../testing/gateway/without-rights.ts';
import { contractSupergraph } from '../contracts/filter.ts';
import { contractOf } from './contract.ts';
import { annotationChanges } from './diff/annotations.ts';
import { ownershipOf } from './diff/ownership.ts';
import { elementsOf } from './elements.ts';
import { lint } from './lint.ts';

/** Ways to call the directives of federation in a subgraph: what it links, and what it writes. */
const ways: [how: string, link: string, name: (of: string) => string][] = [
  ['by their names', imports((name) => `"@${name}"`), (name) => name],
  [
    'by names of its own',
    imports((name) => `{name: "@${name}", as: "@my${name}"}`),
    (name) => `my${name}`,
  ],
  ['without importing them', imports(() => ''), (name) => `federation__${name}`],
];

function imports(write: (name: string) => string): string {
  const all = ['cost', 'listSize', 'authenticated', 'requiresScopes', 'policy', 'tag'];
  const written = [...all, 'inaccessible', 'key', 'external'].map(write).join(' ');
  return `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${written}])`;
}

function supergraphOf(sdl: string): string {
  const { supergraphSdl, errors } = composeServices([
    { name: 'one', url: 'http://127.0.0.1:1/', typeDefs: parse(sdl) },
  ]);
  if (!supergraphSdl) throw new Error(String(errors));
  return supergraphSdl;
}

describe.each(ways)('a subgraph that calls directives %s', (_how, link, name) => {
  /** The supergraph of a field with a directive. */
  const having = (written: string) =>
    supergraphOf(`${link} type Query {
      a: [Int] ${written.replace('@', `@${name('')}`)} b: Int }`);
  const changes = (before: string, after: string) => {
    const read = (sdl: string) => {
      const { federation } = contractOf(sdl);
      if (!federation) throw new Error('no federation');
      return ownershipOf(federation.document);
    };
    return annotationChanges(read(before), read(after)).map(
      ({ rule, impact }) => `${impact} ${rule}`,
    );
  };

  test.each([
    ['', '@cost(weight: 5)', 'dangerous COST_CHANGED'],
    ['@listSize(assumedSize: 3)', '@listSize(assumedSize: 4)', 'dangerous COST_CHANGED'],
    ['@authenticated', '', 'breaking ACCESS_OPENED'],
    ['', '@authenticated', 'breaking ACCESS_CLOSED'],
    ['@requiresScopes(scopes: [["a"]])', '', 'breaking ACCESS_OPENED'],
    ['@policy(policies: [["a"]])', '', 'breaking ACCESS_OPENED'],
    ['', '@tag(name: "x")', 'safe TAG_ADDED'],
    ['@inaccessible', '', 'dangerous REVEALED'],
  ])('is told that "%s" becomes "%s"', (before, after, expected) => {
    expect(changes(having(before), having(after))).toEqual([expected]);
  });

  test('may begin to call them so: that changes nothing', () => {
    for (const [, otherLink, other] of ways) {
      const before = supergraphOf(`${otherLink} type Query { a: Int @${other('authenticated')} }`);
      const after = supergraphOf(`${link} type Query { a: Int @${name('authenticated')} }`);
      expect(changes(before, after)).toEqual([]);
    }
  });

  test('hides from clients what it says is hidden', () => {
    const { api } = contractOf(having('@inaccessible'));
    expect(Object.keys(api.getQueryType()?.getFields() ?? {})).toEqual(['b']);
    expect(api.getDirectives().map((one) => one.name)).not.toContain(name('inaccessible'));
  });

  test('has a contract by its tags', () => {
    const made = contractSupergraph(having('@tag(name: "x")'), { include: [], exclude: ['x'] });
    const api = Supergraph.build(made).apiSchema().toGraphQLJSSchema();
    expect(Object.keys(api.getQueryType()?.getFields() ?? {})).toEqual(['b']);
  });

  test('is served without rights by the stock gateway', () => {
    for (const one of [
      '@authenticated',
      '@requiresScopes(scopes: [["a"]])',
      '@policy(policies: [["a"]])',
    ]) {
      const stripped = withoutRights(having(one));
      expect(() => Supergraph.build(stripped)).not.toThrow();
      expect(buildSchema(stripped, { assumeValidSDL: true }).getQueryType()).toBeDefined();
    }
  });

  test('is not asked that a field can be null which only services ask for', () => {
    const sdl = `${link} type Query { a: Int! @${name('inaccessible')} b: Int! }`;
    const found = lint(elementsOf([{ name: 'one', file: 'one.graphql', sdl }]));
    const wrong = found.filter(({ rule }) => rule === 'root-nullable').map(({ at }) => at);
    expect(wrong).toEqual(['Query.b']);
  });
});
