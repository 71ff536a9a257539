import { expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { copy, type Data, merge, represent, rewrite } from './entity-merge.ts';

const schema = buildSchema('type Query { a: Int }');
const inherited = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'then'];
const hostile = (key: string): Data => JSON.parse(`{"${key}":{"polluted":1}}`);

test.each(inherited)('an answer with the key `%s` changes nothing but its own place', (key) => {
  const merged = merge(merge({}, hostile(key)), JSON.parse(`{"${key}":{"more":2}}`));
  expect(Object.entries(merged)).toEqual([[key, { polluted: 1, more: 2 }]]);
  expect(Object.entries(copy(hostile(key)))).toEqual([[key, { polluted: 1 }]]);
  expect(Object.getPrototypeOf(copy(hostile(key)))).toBe(Object.prototype);
  expect(({} as Data).polluted).toBeUndefined();
  expect((Object as unknown as Data).polluted).toBeUndefined();
});

test.each(inherited)('an entity without a field `%s` has none to be represented by', (key) => {
  const required = [{ kind: 'Field' as const, name: key }];
  expect(represent(schema, {}, required)).toBeNull();
});

test.each(inherited.slice(1))('what is renamed from `%s` is a field of the object', (key) => {
  const renamed: Data = {};
  const rename = { kind: 'KeyRenamer' as const, path: [key], renameKeyTo: 'b' };
  rewrite(schema, [rename], renamed);
  expect(renamed).toEqual({});
  const own: Data = { [key]: 1 };
  rewrite(schema, [rename], own);
  expect(own).toEqual({ b: 1, [key]: undefined });
});

test('what is rewritten below `__proto__` is in the object alone', () => {
  const set = { kind: 'ValueSetter' as const, path: ['__proto__', 'polluted'], setValueTo: 1 };
  rewrite(schema, [set], {});
  expect(({} as Data).polluted).toBeUndefined();
  const own = hostile('__proto__');
  rewrite(schema, [{ ...set, setValueTo: 2 }], own);
  expect(Object.entries(own)).toEqual([['__proto__', { polluted: 2 }]]);
});

test('what comes later is put into what is there, lists of one length element by element', () => {
  const target = { a: { x: 1 }, list: [{ x: 1 }, null], other: [1] };
  merge(target, { a: { y: 2 }, list: [{ y: 2 }, { y: 3 }], other: [1, 2] });
  expect(target).toEqual({ a: { x: 1, y: 2 }, list: [{ x: 1, y: 2 }, { y: 3 }], other: [1, 2] });
});
