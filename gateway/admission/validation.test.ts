import { expect, test } from '@jest/globals';
import { buildSchema, parse } from 'graphql';
import { validator } from './validation.ts';

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
