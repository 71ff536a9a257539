import { Supergraph } from '@apollo/federation-internals';
import { expect, test } from '@jest/globals';
import { parse, print, printSchema, visit } from 'graphql';
import { compose } from '../composition.ts';
import { readText, supergraphFile } from '../subgraphs.ts';
import { contractOf } from './contract.ts';
import { baseFiles, subgraphsOf } from './edits/edits.ts';

const link = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9",
    import: ["@key", "@inaccessible", "@tag", "@authenticated", "@composeDirective", { name: "@requiresScopes", as: "@scopes" }])
  @link(url: "https://example.org/marked/v1.0", import: ["@mark"])
  @composeDirective(name: "@mark")
directive @mark(why: String) on FIELD_DEFINITION
directive @live(rate: Int) on FIELD | QUERY`;

const sdl = `${link}
type Query { stay(id: ID!, inner: Int @inaccessible): Stay @mark(why: "x") any: [Any] }
type Mutation @inaccessible { gone: Int }
"What it is."
interface Hidden @inaccessible { id: ID! }
interface Place { id: ID! old: Int @deprecated(reason: "Use id.") }
type Stay implements Hidden & Place @key(fields: "id") { id: ID! old: Int secret: Int @inaccessible @authenticated }
type Secret @inaccessible { kind: Kind }
union Any = Stay | Secret
enum Kind { A B @inaccessible }
type More { kind(in: Range = { from: 1 }): Kind }
input Range { from: Int! = 2 to: Int @inaccessible }
scalar Day @specifiedBy(url: "https://example.org/day")
extend type Query { day: Day @scopes(scopes: [["a"]]) }
`;

const composed = (sources: Parameters<typeof compose>[0]) => {
  const { supergraph, notes } = compose(sources);
  if (!supergraph) throw new Error(notes.map(({ message }) => message).join('\n'));
  return supergraph;
};

test.each([
  ['of this project', readText(supergraphFile)],
  ['of the table of edits', composed(subgraphsOf(baseFiles))],
  ['with all that can be hidden', composed([{ name: 'a', file: 'a.graphql', sdl }])],
])('the API %s is what the gateway makes of the supergraph', (_, supergraph) => {
  const theirs = Supergraph.buildForTests(supergraph)
    .apiSchema()
    .toGraphQLJSSchema({ includeDefer: true });
  const { api, federation } = contractOf(supergraph);
  expect(printSchema(api)).toBe(printSchema(theirs));
  const nothingHidden = visit(parse(supergraph), {
    Directive: ({ name }) => (name.value === 'inaccessible' ? null : undefined),
  });
  const all = Supergraph.buildForTests(print(nothingHidden))
    .apiSchema()
    .toGraphQLJSSchema({ includeDefer: true });
  expect(federation && printSchema(federation.everything)).toBe(printSchema(all));
});
