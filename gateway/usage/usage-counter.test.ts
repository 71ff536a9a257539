import { expect, test } from '@jest/globals';
import { buildSchema, parse, validate } from 'graphql';
import { clientOf } from './client.ts';
import { usageCounter } from './usage-counter.ts';
import { withoutLiterals } from './without-literals.ts';

const web = { name: 'web', version: '1' };
const page = parse('query Page { stay(id: "7") { title } }');

test('operations are counted by text and client, with the first and the last time', () => {
  let time = Date.parse('2027-01-30T10:00:00Z');
  const { count, day } = usageCounter(() => time);
  count(page, undefined, web);
  time += 60_000;
  // Another object with the same text, and another value in it.
  count(parse('query Page { stay(id: "8") { title } }'), 'Page', web);
  count(page, undefined, { name: 'mobile', version: '2.0' });
  expect(day()).toMatchObject({
    day: '2027-01-30',
    other: 0,
    operations: [
      {
        name: 'Page',
        type: 'query',
        body: expect.stringContaining('stay(id: "")'),
        clients: [
          {
            ...web,
            count: 2,
            firstSeen: '2027-01-30T10:00:00.000Z',
            lastSeen: '2027-01-30T10:01:00.000Z',
          },
          { name: 'mobile', version: '2.0', count: 1 },
        ],
      },
    ],
  });
});

test('what is counted is bounded: the rest is counted together', () => {
  const { count, day } = usageCounter();
  for (let version = 0; version < 5_010; version += 1)
    count(page, undefined, { name: 'web', version: String(version) });
  for (let name = 0; name < 10; name += 1) count(parse(`query Q${name} { a }`), undefined, web);
  const { operations, other } = day();
  expect(operations).toHaveLength(1);
  expect(operations[0]?.clients).toHaveLength(5_000);
  expect(other).toBe(20);
});

test('as many long texts as a stranger likes take no more than their share of memory', () => {
  const { count, day } = usageCounter();
  const long = (last: number) => parse(`query ${'Q'.repeat(90_000)}${last} { a }`);
  for (let name = 0; name < 300; name += 1) count(long(name), undefined, web);
  count(page, undefined, web);
  const { operations, other } = day();
  expect(JSON.stringify(operations).length).toBeLessThan(21_000_000);
  expect([operations.at(-1)?.name, operations.length + other]).toEqual(['Page', 301]);
});

test('a text is kept without the values in it, stays valid, and holds the operation that is meant alone', () => {
  const schema = buildSchema(`
    type Query { stays(filter: Filter!, first: Int, near: [Float!]): [String] }
    input Filter { city: String! kind: Kind }
    enum Kind { HOUSE }
  `);
  const document = parse(`
    query Other { stays(filter: { city: "x" }) }
    query Mine($n: Int = 5) { stays(filter: { city: """secret""", kind: HOUSE }, first: 42, near: [1.5, 2]) }
  `);
  const text = withoutLiterals(document, 'Mine');
  expect(text).not.toMatch(/secret|42|1\.5|Other|5/);
  expect(text).toContain('HOUSE');
  expect(validate(schema, parse(text)).map(({ message }) => message)).toEqual([
    'Variable "$n" is never used in operation "Mine".',
  ]);
});

test('a client is who it says it is, in bounds; a socket says it in its parameters', () => {
  const headers = { 'apollographql-client-name': 'web', 'apollographql-client-version': '1.2-b+3' };
  expect(clientOf(headers)).toEqual({ name: 'web', version: '1.2-b+3' });
  expect(clientOf(undefined, {})).toEqual({ name: 'unknown', version: 'unknown' });
  expect(clientOf({ 'apollographql-client-name': 'mobile' }, headers).name).toBe('mobile');
  expect(clientOf({ 'apollographql-client-name': `../${'a'.repeat(100)}\n` }).name).toBe(
    `..${'a'.repeat(62)}`,
  );
});
