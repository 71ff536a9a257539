import { expect, test } from '@jest/globals';
import { compose } from '../../testing/gateway/raw-subgraph.ts';
import { servedSupergraph } from './served-supergraph.ts';

test('arguments by `@fromContext`, which nobody would give, are refused by name', () => {
  const sdl = (argument: string) => `type Query { stay: Stay }
    type Stay @federation__context(name: "stay") { place: String room: Room }
    type Room @key(fields: "id") { id: ID! name${argument}: String }`;
  const served = (argument: string) => () =>
    servedSupergraph(compose([{ name: 'stays', sdl: sdl(argument), url: 'http://a' }]));
  const argument = '(of: String @federation__fromContext(field: "$stay { place }"))';
  expect(served('')).not.toThrow();
  expect(served(argument)).toThrow(
    'Room.name has an argument by @fromContext: it cannot be served',
  );
});
