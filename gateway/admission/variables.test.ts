import { afterEach, expect, test } from '@jest/globals';
import { request } from 'undici';
import { ask } from '../../testing/client.ts';
import { startGatewayOf, startRawSubgraph } from '../../testing/gateway/raw-subgraph.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function start(settings: Record<string, string> = {}) {
  const subgraph = await startRawSubgraph(() => '{"data":{"a":"here","__typename":"Query"}}');
  const sdl = `
    enum State { WAITING USED }
    input Filter { states: [State!] }
    type Query { a(filter: Filter): String }`;
  const gateway = await startGatewayOf([{ name: 'one', url: subgraph.url, sdl }], settings);
  stops.push(subgraph.stop, gateway.stop);
  return gateway.url;
}

const query = 'query ($filter: Filter) { a(filter: $filter) }';
const states = (state: unknown, count: number) => ({
  filter: { states: Array.from({ length: count }, () => state) },
});

test('of thousands of wrong values in a list, a few are told', async () => {
  const url = await start();
  const { status, errors } = await ask(url, query, { variables: states(1, 10_000) });
  expect(status).toBe(400);
  expect(errors).toHaveLength(6);
  for (const { extensions } of errors ?? []) expect(extensions.code).toBe('BAD_USER_INPUT');
  expect(errors?.at(-1)?.message).toMatch('Too many errors');
});

test('what is wrong with a variable names other values only where introspection does', async () => {
  const messageOf = async (url: string) =>
    (await ask(url, query, { variables: states('WAITIN', 1) })).errors?.[0]?.message;
  expect(await messageOf(await start())).toMatch('WAITING');
  const hidden = await messageOf(await start({ INTROSPECTION: 'false' }));
  expect(hidden).toMatch('WAITIN');
  expect(hidden).not.toMatch('WAITING');
});

test('each element of a list in variables weighs', async () => {
  const url = await start();
  const left = async (variables: unknown) => {
    const { headers, body } = await request(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    expect(await body.json()).toEqual({ data: { a: 'here' } });
    return Number(/r=(\d+)/.exec(String(headers.ratelimit))?.[1]);
  };
  await left({});
  const before = await left({});
  const withNone = await left({});
  const withMany = await left(states('USED', 300));
  expect(withNone - withMany).toBe(before - withNone + 300);
  // Nested as deeply as a body may be, also where no variable is of that name.
  const nested = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  const { statusCode, body } = await request(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"query":${JSON.stringify(query)},"variables":{"other":${nested}}}`,
  });
  expect([statusCode, await body.json()]).toEqual([200, { data: { a: 'here' } }]);
});
