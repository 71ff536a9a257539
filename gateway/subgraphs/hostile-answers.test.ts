import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ask } from '../../testing/client.ts';
import { inheritedNames } from '../../testing/gateway/hostile-names.ts';
import { startGatewayOf, startRawSubgraph } from '../../testing/gateway/raw-subgraph.ts';

const hostile = (key: string) => `"${key}":{"polluted":1,"then":null,"${key}":{"isAdmin":true}}`;
let key = '';
let gateway: Awaited<ReturnType<typeof startGatewayOf>>;
let stops: (() => Promise<unknown>)[];

beforeAll(async () => {
  const first = await startRawSubgraph(
    () => `{"data":{"thing":{${hostile(key)},"__typename":"Thing","id":"1"},${hostile(key)}},
      "extensions":{${hostile(key)}}}`,
  );
  const second = await startRawSubgraph(
    () => `{"data":{"_entities":[{${hostile(key)},"__typename":"Thing","stars":5,"valueOf":7,"toString":5}],
      ${hostile(key)}},"errors":[{"message":"no","path":["_entities",0,"worth"],
      "extensions":{"code":"${key}",${hostile(key)}}}]}`,
  );
  gateway = await startGatewayOf([
    {
      name: 'first',
      url: first.url,
      sdl: 'type Query { thing: Thing } type Thing @key(fields: "id") { id: ID! }',
    },
    {
      name: 'second',
      url: second.url,
      sdl: 'type Thing @key(fields: "id") { id: ID! stars: Int worth: Int valueOf: Int }',
    },
  ]);
  stops = [gateway.stop, first.stop, second.stop];
});
afterAll(async () => {
  for (const stop of stops) await stop();
});

test.each(
  inheritedNames,
)('an answer with the key `%s`, at any depth, changes nothing', async (name) => {
  key = name;
  for (let time = 0; time < 3; time += 1) {
    const { data, errors } = await ask<object>(
      gateway.url,
      '{ thing { id stars worth valueOf toString: stars } }',
    );
    expect(JSON.parse(JSON.stringify(data))).toEqual({
      thing: { id: '1', stars: 5, worth: null, valueOf: 7, toString: 5 },
    });
    expect(errors).toMatchObject([
      { path: ['thing', 'worth'], extensions: { code: 'INTERNAL_SERVER_ERROR' } },
    ]);
  }
  const empty = {} as Record<string, unknown>;
  expect([empty.polluted, empty.isAdmin, (Object as never as typeof empty).polluted]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('then');
});
