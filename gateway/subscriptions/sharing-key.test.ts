import { expect, test } from '@jest/globals';
import { OperationTypeNode } from 'graphql';
import { sharingKey } from './sharing-key.ts';

const caller = { service: 'gateway' as const, roles: [], userId: 'ana' };
const subscription = (variables: object, given: object = {}) => ({
  operation: {
    kind: OperationTypeNode.SUBSCRIPTION,
    query: 'subscription { a }',
    variables: variables as Record<string, unknown>,
    ...given,
  },
  caller,
});

test('the order of variables makes no difference', () => {
  expect(sharingKey(subscription({ a: 1, b: { c: [1, { d: 2, e: 3 }] } }))).toBe(
    sharingKey(subscription({ b: { c: [1, { e: 3, d: 2 }] }, a: 1 })),
  );
});

test.each([
  ['another value', subscription({ a: 2 })],
  ['another text', subscription({ a: 1 }, { query: 'subscription { b }' })],
  ['another operation of the document', subscription({ a: 1 }, { operationName: 'A' })],
  ['another caller', { ...subscription({ a: 1 }), caller: { ...caller, userId: 'li' } }],
  ['another role', { ...subscription({ a: 1 }), caller: { ...caller, roles: ['host'] } }],
  ['a variable named __proto__', subscription(JSON.parse('{"a":1,"__proto__":{"b":1}}'))],
  ['a list for an object', subscription({ a: { 0: 1 } })],
])('%s is another key', (_what, other) => {
  const known = [sharingKey(subscription({ a: 1 })), sharingKey(subscription({ a: [1] }))];
  expect(known).not.toContain(sharingKey(other));
});
