import { expect, test } from '@jest/globals';
import { buildSchema, type GraphQLScalarType, parse, validate } from 'graphql';
import { DateResolver } from 'graphql-scalars';
import { requireKnownDocument } from './answer.ts';

const schema = buildSchema(`scalar Date enum Sort { UP } input Span { from: Date to: Date! }
  type Query { nights(from: Date, days: [Date], sort: Sort, span: Span): Int }`);
(schema.getType('Date') as GraphQLScalarType).parseLiteral = DateResolver.parseLiteral;

/** Reads what a subgraph that has this schema answers. */
const readRefusal = (query: string): void => {
  const errors = validate(schema, parse(query)).map((error) => ({
    ...error.toJSON(),
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
  }));
  expect(errors).not.toEqual([]);
  requireKnownDocument('stays', JSON.stringify({ query }), { errors });
};

test.each([
  ['a text', '{ nights(from: "2026-02-30") }'],
  ['a number, on another line', '{\n  nights(\n from: 20260230) }'],
  ['one in a list', '{ nights(days: ["2026-02-28", "2026-02-30"]) }'],
  ['one in an input object', '{ nights(span: { from: "soon", to: "2026-02-28" }) }'],
  ['a word', '{ nights(from: soon) }'],
  ['an object', '{ nights(from: {}) }'],
  ['an object in a list', '{ nights(days: [{ day: 1 }]) }'],
])('a value that a scalar of the subgraph refuses is the client’s mistake: %s', (_title, query) => {
  expect(() => readRefusal(query)).not.toThrow();
});

test.each([
  ['a field', '{ nights rooms }'],
  ['an argument', '{ nights(until: "2026-02-28") }'],
  ['a directive', '{ nights @odd(by: 1) }'],
  ['a type', 'query ($room: Room) { nights(from: $room) }'],
  ['a value of an enum', '{ nights(sort: DOWN) }'],
  ['a field of an input object', '{ nights(span: { to: "2026-02-28", by: 1 }) }'],
  ['that a field is not required', '{ nights(span: { from: "2026-02-28" }) }'],
  ['a field, beside a value that it refuses', '{ rooms nights(from: "soon") }'],
])('what a subgraph does not know of the supergraph is a fault: %s', (_title, query) => {
  expect(() => readRefusal(query)).toThrow(
    'the subgraph stays does not know what the supergraph says of it',
  );
});
