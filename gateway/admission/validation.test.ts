import { expect, test } from '@jest/globals';
import { buildSchema, getOperationAST, type OperationDefinitionNode, parse } from 'graphql';
import { nullConditions, validator } from './validation.ts';

const schema = buildSchema('type Query { a: Int }');

test('a document with many errors is told of some', () => {
  const wrong = parse(`{ ${Array.from({ length: 100 }, (_, n) => `b${n}`)} }`);
  const errors = validator(true)(schema, wrong);
  expect(errors.length).toBeLessThan(10);
});

test('what is wrong with a document is remembered, until there is another schema', () => {
  const validate = validator(true);
  const wrong = parse('{ b }');
  const errors = validate(schema, wrong);
  expect([errors.length, validate.isKnown(schema, wrong)]).toEqual([1, true]);
  expect(validate(schema, wrong)).toBe(errors);
  const other = buildSchema('type Query { b: Int }');
  expect([validate.isKnown(other, wrong), validate(other, wrong)]).toEqual([false, []]);
});

test('of conditions that are null, those count that an operation reaches', () => {
  const document = parse(`
    query One($x: Boolean = true) { a @include(if: $x) }
    query Two($x: Boolean = true) { a ...F }
    query Three($x: Boolean = true) { a ...H }
    fragment F on Query { ...G }
    fragment G on Query { a @skip(if: $x) }
    fragment H on Query { a }`);
  const told = (name: string, x: boolean | null) =>
    nullConditions(document, getOperationAST(document, name) as OperationDefinitionNode, { x }).map(
      ({ message }) => message,
    );
  const refusal = ['`$x` of `@skip` or `@include` must not be null.'];
  expect(['One', 'Two', 'Three'].map((name) => told(name, null))).toEqual([refusal, refusal, []]);
  expect(told('Two', false)).toEqual([]);
});
