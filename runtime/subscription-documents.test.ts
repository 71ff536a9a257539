import { expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { subscriptionDocuments } from './subscription-documents.ts';

const read = subscriptionDocuments(
  buildSchema('type Query { a: Int } type Subscription { a: Int b: Int }'),
);

test('a text is read once for each of its operations', () => {
  const text = 'subscription A { a } subscription B { b } query C { a }';
  const first = read(text, 'A');
  expect(first.errors).toEqual([]);
  expect(read(text, 'A')).toBe(first);
  expect(read(text, 'B')).not.toBe(first);
  expect(read(text, 'C').errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST' } }]);
});

test.each([
  ['subscription { c }', 'Cannot query field'],
  ['query { a }', 'Only subscriptions'],
])('%s is refused each time', (text, message) => {
  for (let times = 0; times < 2; times += 1)
    expect(read(text, undefined).errors[0]?.message).toContain(message);
});

test('a text that is no GraphQL throws its error', () => {
  expect(() => read('subscription {', undefined)).toThrow('Syntax Error');
});
