import { expect, test } from '@jest/globals';
import { compose } from '../composition.ts';
import { compositionFindings } from './compose.ts';

const link = `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
    @link(url: "https://homestay.example/cacheControl/v1.0", import: ["@cacheControl"])
    @composeDirective(name: "@cacheControl")
  directive @cacheControl(maxAge: Int, scope: cacheControl__Scope) on OBJECT
  enum cacheControl__Scope { PUBLIC PRIVATE }
`;
const found = (...types: string[]) => {
  const sources = types.map((type, i) => {
    const sdl = `${link} ${i === 0 ? 'type Query { a: Int }' : ''} ${type}`;
    return { name: `s${i}`, file: `s${i}.graphql`, sdl };
  });
  const { notes } = compose(sources);
  return compositionFindings(notes, sources).map(({ severity, places: [place] }) => [
    severity,
    place?.file,
  ]);
};

test('what one subgraph calls private and another public is an error: composition keeps one of both', () => {
  const stay = '@cacheControl(maxAge: 60) @key(fields: "id") { id: ID! title: String }';
  const own = '@cacheControl(scope: PRIVATE) @key(fields: "id") { id: ID! note: String }';
  expect(found(`type Stay ${stay}`, `type Stay ${own}`)).toEqual([['error', 's0.graphql']]);
  expect(
    found(`type Stay ${stay}`, `type Stay @key(fields: "id") { id: ID! note: String }`),
  ).toEqual([]);
});
