import { type DocumentNode, parse, visit } from 'graphql';

/**
 * Parses a supergraph. One character beyond Latin-1, in any description, makes a text of two bytes
 * a character, and all that V8 cuts out of it: each name of a field, so each key of an answer, which
 * then takes longer to read, to join and to write. Here names and strings have one byte again.
 */
export function parseInOneByte(sdl: string | DocumentNode): DocumentNode {
  const keys: Record<string, true> = Object.create(null);
  const name = (text: string): string => {
    const value = inOneByte(text);
    // V8 has each key once, as whoever uses it first has it. Apollo prints and parses it again.
    keys[value] = true;
    return value;
  };
  return visit(typeof sdl === 'string' ? parse(sdl) : sdl, {
    Name: (node) => ({ ...node, value: name(node.value) }),
    StringValue: (node) => ({ ...node, value: inOneByte(node.value) }),
  });
}

/** The same text, in one piece and with one byte a character where it is ASCII. */
export const inOneByte = (text: string): string => Buffer.from(text).toString();
