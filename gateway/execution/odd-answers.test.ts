import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLog } from '../../runtime/log.ts';
import { ask } from '../../testing/client.ts';
import { startGatewayOf, startRawSubgraph } from '../../testing/gateway/raw-subgraph.ts';

const sdls = {
  first:
    'type Query { things: [Thing] thing: Thing must: Int! } type Thing @key(fields: "id") { id: ID! }',
  second: 'type Thing @key(fields: "id") { id: ID! stars: Int }',
};
const things =
  '{"data":{"things":[{"__typename":"Thing","id":"1"},{"__typename":"Thing","id":"2"}]}}';
const entities = '"data":{"_entities":[{"__typename":"Thing","stars":1},null]}';

let answers = { first: things, second: `{${entities}}` };
let url: string;
let faults: string[] = [];
const log = createLog('test', 'warn', { write: (line) => void faults.push(line) });
const stops: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  const declared = await Promise.all(
    (['first', 'second'] as const).map(async (name) => {
      const subgraph = await startRawSubgraph(() => answers[name]);
      stops.push(subgraph.stop);
      return { name, sdl: sdls[name], url: subgraph.url };
    }),
  );
  const gateway = await startGatewayOf(declared, {}, log);
  stops.push(gateway.stop);
  url = gateway.url;
});
afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});

const known = { things: [{ stars: 1 }, { stars: null }] };
const unknown = { things: [{ stars: null }, { stars: null }] };

test.each([
  [
    'an error of an entity that was not asked for',
    `{${entities},"errors":[{"message":"no","path":["_entities",9,"stars"],"extensions":{"code":"FORBIDDEN"}}]}`,
    { data: known, errors: [{ message: 'no', path: ['things'] }] },
  ],
  [
    'an error of the second of a list',
    `{${entities},"errors":[{"message":"no","path":["_entities",1,"stars"],"extensions":{"code":"FORBIDDEN"}}]}`,
    { data: known, errors: [{ message: 'no', path: ['things', 1, 'stars'] }] },
  ],
  [
    'an error of the whole batch',
    '{"data":null,"errors":[{"message":"no","path":["_entities"],"extensions":{"code":"FORBIDDEN"}}]}',
    { data: unknown, errors: [{ message: 'no', path: ['things'] }] },
  ],
  [
    'an error with an odd path, odd extensions and an odd message',
    `{${entities},"errors":[{"message":[],"path":[null,{}],"locations":"x","extensions":[]}]}`,
    { data: known, errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] },
  ],
  [
    'errors that are no list, with data',
    `{${entities},"errors":{"message":"no"}}`,
    { data: unknown, errors: [{ path: ['things', 0, 'stars'] }, { path: ['things', 1, 'stars'] }] },
  ],
  [
    'entities that are no list',
    '{"data":{"_entities":{"length":2}}}',
    { data: unknown, errors: [{ path: ['things', 0, 'stars'] }, { path: ['things', 1, 'stars'] }] },
  ],
])('%s is told at the field, and the rest is answered', async (_what, second, expected) => {
  answers = { first: things, second };
  const { status, data, errors } = await ask<object>(url, '{ things { stars } }');
  expect({ status, data, errors }).toMatchObject({ status: 200, ...expected });
});

test('what is called as what every object inherits is an answer as any other', async () => {
  const one = '{"__typename":"Thing","__proto__":1,"constructor":2}';
  const second = `{"data":{"_entities":[${one},{"__typename":"Thing"}]}}`;
  answers = { first: things, second };
  const query = '{ things { __proto__: stars constructor: stars } }';
  const { data, errors } = await ask<{ things: object[] }>(url, query);
  expect(errors).toBeUndefined();
  expect(JSON.stringify(data.things)).toBe(
    '[{"__proto__":1,"constructor":2},{"__proto__":null,"constructor":null}]',
  );
});

test('what is no list where a list is to be fails alone', async () => {
  answers = { first: '{"data":{"things":7}}', second: `{${entities}}` };
  const { status, errors } = await ask<object>(url, '{ things { stars } }');
  expect([status, errors?.[0]?.extensions.code]).toEqual([200, 'INTERNAL_SERVER_ERROR']);
});

test('a long list in place of one thing takes nothing else with it', async () => {
  const list = Array(200_000).fill('{"__typename":"Thing","id":"1"}');
  answers = {
    first: `{"data":{"must":1,"thing":[${list}]}}`,
    second: '{"data":{"_entities":[{"__typename":"Thing","stars":1}]}}',
  };
  const { status, data } = await ask<{ must: number }>(url, '{ must thing { stars } }');
  expect([status, data?.must]).toEqual([200, 1]);
});

test('a null that may not be is told beside introspection too, which Apollo’s executor answers', async () => {
  answers = { first: '{"data":{"must":null}}', second: `{${entities}}` };
  const { data, errors } = await ask<object>(url, '{ must __schema { queryType { name } } }');
  expect([data, errors?.length]).toEqual([null, 1]);
});

test.each([
  ['under a name of introspection', '{ things { __stars: stars } }'],
  [
    'under the name of its type, which Apollo’s executor answers',
    '{ things { __typename: stars } }',
  ],
])('a value of another kind is told as that %s', async (_what, query) => {
  const odd = '[{"__typename":"Thing","id":"1","__stars":{},"stars":{}}]';
  const second = `{"data":{"_entities":${odd}}}`;
  const first = `{"data":{"things":${odd}}}`;
  for (const given of [first, '{"data":{"things":[7,"x",[[null]]]}}', '{"data":{"things":"x"}}']) {
    answers = { first: given, second };
    faults = [];
    const { status } = await ask<object>(url, query);
    expect(status).toBe(200);
    expect(faults.filter((line) => /TypeError|RangeError/.test(line))).toEqual([]);
  }
});
