import { readFileSync } from 'node:fs';
import { serialize } from 'node:v8';
import { expect, it } from '@jest/globals';
import { type DocumentNode, type ObjectTypeDefinitionNode, parse, print } from 'graphql';
import { testSettings } from '../../testing/gateway/small-system.ts';
import { parseInOneByte } from './one-byte-names.ts';
import { servedSupergraph } from './served-supergraph.ts';

it('names of a text with a character beyond Latin-1 have one byte a character', () => {
  const sdl = '"As long as …" type Homestay @key(fields: "id") { id: ID! }';
  const nameIn = ({ definitions: [type] }: DocumentNode) =>
    (type as ObjectTypeDefinitionNode).name.value;
  expect(bytesOf(nameIn(parse(sdl)))).toBe(2);
  expect(bytesOf(nameIn(parseInOneByte(sdl)))).toBe(1);
  expect(print(parseInOneByte(sdl))).toBe(print(parse(sdl)));
});

it('keys of answers have one byte a character, also where a description has a wider one', () => {
  // Not a literal, which would be a key before.
  const field = ['myHomestay', 'OrdersOfToday'].join('');
  const sdl = readFileSync(testSettings().SUPERGRAPH_FILE, 'utf8');
  servedSupergraph(`# …\n${sdl.replaceAll('myHomestayOrders', field)}`);
  expect(bytesOf(Object.keys({ [field]: true })[0])).toBe(1);
});

/** As V8 holds a text: after two bytes of its own it writes `"` before one of one byte a character. */
const bytesOf = (text: string | undefined): number =>
  serialize(text)[2] === '"'.charCodeAt(0) ? 1 : 2;
