import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { subgraphNames, urlSetting } from '../runtime/services.ts';
import { ask } from '../testing/client.ts';
import {
  startSmallSubgraph,
  startTestGateway,
  startTestSystem,
  type TestSystem,
} from '../testing/gateway/small-system.ts';
import { token } from '../testing/tokens.ts';

let system: TestSystem & { stop: () => Promise<void> };
beforeAll(async () => {
  system = await startTestSystem();
});
afterAll(() => system.stop());

test('a query is answered from all three subgraphs', async () => {
  const query =
    '{ homestayOrder(sn: "HSO1") { sn homestay { title shop { name } } payment { state amount { amount } } } }';
  const { data, errors } = await system.ask(query, { token: await token() });
  expect(errors).toBeUndefined();
  expect(data.homestayOrder).toEqual({
    sn: 'HSO1',
    homestay: { title: 'Homestay 1', shop: { name: 'A shop' } },
    payment: { state: 'SUCCESS', amount: { amount: 19_900 } },
  });
});

test('a mutation reaches its subgraph', async () => {
  const mutation =
    'mutation ($sn: ID!) { cancelHomestayOrder(input: { orderSn: $sn }) { ... on HomestayOrder { sn state } } }';
  const { data } = await system.ask(mutation, {
    variables: { sn: 'HSO2' },
    token: await token(),
  });
  expect(data.cancelHomestayOrder).toEqual({ sn: 'HSO2', state: 'CANCELLED' });
});

test('what only services may call does not exist for a client', async () => {
  const { status, errors } = await system.ask('mutation { closeDueOrders { closed } }');
  expect(status).toBe(400);
  expect(errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
});

describe('the caller', () => {
  test('is the user of the token, with its roles, signed by the gateway', async () => {
    system.seen.length = 0;
    await system.ask('{ homestay(id: "1") { title } }', {
      token: await token({ sub: 'li', roles: ['host', 'king'] }),
    });
    expect(system.seen).toEqual([{ service: 'gateway', userId: 'li', roles: ['host'] }]);
  });

  test('is nobody without a token, whatever other headers say', async () => {
    system.seen.length = 0;
    const headers = { 'x-user-id': 'li', 'x-caller': 'li', cookie: 'user=li' };
    await system.ask('{ homestay(id: "1") { title } }', { headers });
    expect(system.seen).toEqual([{ service: 'gateway', roles: [] }]);
  });
});

describe('errors', () => {
  test('what a subgraph refuses keeps its code and its sentence, and nothing else', async () => {
    const { errors } = await system.ask('{ homestay(id: "refused") { title } }');
    expect(errors).toEqual([
      expect.objectContaining({
        message: 'This is no number of a homestay.',
        extensions: { code: 'BAD_USER_INPUT' },
      }),
    ]);
  });

  test('a fault of a subgraph is masked', async () => {
    const { text, errors } = await system.ask('{ homestay(id: "crash") { title } }');
    expect(errors?.[0]?.extensions.code).toBe('INTERNAL_SERVER_ERROR');
    expect(text).not.toMatch(/secret|10\.0\.0|stack|serviceName|127\.0\.0\.1|travel/);
  });

  test('a variable of the wrong type is the client’s mistake', async () => {
    const query = 'query ($n: Int!) { homestays(first: $n) { nodes { id } } }';
    const { status, errors } = await system.ask(query, { variables: { n: 'many' } });
    expect([status, errors?.[0]?.extensions.code]).toEqual([400, 'BAD_USER_INPUT']);
  });

  test.each([
    ['no JSON', '{'],
    ['a number', '7'],
    ['null', 'null'],
    ['a list', '[{"query":"{__typename}"}]'],
    ['a query that is a number', '{"query":7}'],
    ['a query that is not GraphQL', '{"query":"{"}'],
    ['no query', '{}'],
  ])('a body that is %s is refused with a code', async (_what, body) => {
    const response = await fetch(`${system.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    const text = await response.text();
    expect(response.status).toBe(400);
    expect(JSON.parse(text).errors[0].extensions.code).toMatch(/^[A-Z_]+$/);
    expect(text).not.toContain('stack');
  });

  test('a request that a foreign page could send is refused', async () => {
    const response = await fetch(`${system.url}/graphql?query={__typename}`);
    expect(response.status).toBe(400);
  });

  test('a body that is too large is refused', async () => {
    const { status, errors } = await system.ask(`{ __typename } #${'x'.repeat(100_000)}`);
    expect([status, errors?.[0]?.extensions.code]).toEqual([413, 'REQUEST_TOO_LARGE']);
    const { headers } = await fetch(`${system.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: ' '.repeat(100_001),
    });
    // What is left of the body is not read.
    expect(headers.get('connection')).toBe('close');
  });
});

type Titled = { homestay: { title: string } };

describe('a subgraph that is down', () => {
  test('does not keep the gateway from starting, and is named, without its address', async () => {
    const gateway = await startTestGateway({ TRAVEL_URL: 'http://127.0.0.1:1' });
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ homestay(id: "1") { title } }' }),
    });
    const text = await response.text();
    expect(JSON.parse(text).errors).toEqual([
      {
        message: 'The travel service does not answer. Try again.',
        path: ['homestay'],
        extensions: { code: 'SERVICE_UNAVAILABLE' },
      },
    ]);
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).toContain(
      'gateway_errors_total{code="SERVICE_UNAVAILABLE",subgraph="travel"} 1',
    );
    await gateway.stop();
  });

  test('makes the gateway not ready until it is back', async () => {
    const travel = await startSmallSubgraph('travel');
    const urls = subgraphNames.map((name) => [urlSetting(name), travel.url]);
    const gateway = await startTestGateway(Object.fromEntries(urls));
    const ready = async () => (await fetch(`${gateway.url}/health/ready`)).json();
    expect(await ready()).toEqual({ status: 'ready' });
    await travel.stop();
    expect(await ready()).toMatchObject({
      status: 'not ready',
      failed: { travel: 'does not answer' },
    });
    const again = await startSmallSubgraph('travel', [], Number(new URL(travel.url).port));
    expect(await ready()).toEqual({ status: 'ready' });
    await gateway.stop();
    await again.stop();
  });

  test('that comes back is asked again over fresh connections', async () => {
    const travel = await startSmallSubgraph('travel');
    const gateway = await startTestSystem({ TRAVEL_URL: travel.url });
    const query = '{ homestay(id: "1") { title } }';
    expect((await gateway.ask<Titled>(query)).data.homestay.title).toBe('Homestay 1');
    await travel.stop();
    const again = await startSmallSubgraph('travel', [], Number(new URL(travel.url).port));
    expect((await gateway.ask<Titled>(query)).data.homestay.title).toBe('Homestay 1');
    await gateway.stop();
    await again.stop();
  });
});

test('a subgraph that does not believe the gateway is away, whatever token the client has', async () => {
  const travel = await startSmallSubgraph('travel');
  const gateway = await startTestGateway({
    TRAVEL_URL: travel.url,
    SERVICE_SECRET: 'not the secret of the services at all',
  });
  const { status, errors, text } = await ask(gateway.url, '{ homestay(id: "1") { title } }', {
    token: await token(),
  });
  expect([status, errors?.[0]?.extensions.code]).toEqual([200, 'SERVICE_UNAVAILABLE']);
  expect(text).not.toMatch(/sign/i);
  await gateway.stop();
  await travel.stop();
});

test('of what broke off without an answer a query is asked again, a mutation, which may have happened, is not', async () => {
  let asked = 0;
  const breaking = createServer((request) => {
    asked += 1;
    request.socket.destroy();
  });
  await new Promise<void>((resolve) => breaking.listen(0, '127.0.0.1', resolve));
  const { port } = breaking.address() as { port: number };
  const gateway = await startTestGateway({ ORDER_URL: `http://127.0.0.1:${port}` });
  const countAsked = async (query: string) => {
    asked = 0;
    const { errors } = await ask(gateway.url, query, { token: await token() });
    expect(errors?.[0]?.extensions.code).toBe('SERVICE_UNAVAILABLE');
    return asked;
  };
  expect(await countAsked('{ homestayOrder(sn: "HSO1") { sn } }')).toBe(2);
  expect(
    await countAsked('mutation { cancelHomestayOrder(input: { orderSn: "HSO1" }) { __typename } }'),
  ).toBe(1);
  await gateway.stop();
  breaking.close();
});

test('a subgraph that is slow is given up', async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as { port: number };
  const gateway = await startTestSystem({
    TRAVEL_URL: `http://127.0.0.1:${port}`,
    SUBGRAPH_TIMEOUT: '100ms',
  });
  const { errors } = await gateway.ask('{ homestay(id: "1") { title } }');
  expect(errors?.[0]?.extensions.code).toBe('SERVICE_UNAVAILABLE');
  await gateway.stop();
  silent.closeAllConnections();
  silent.close();
});

test('a browser gets GraphiQL, which needs no other host', async () => {
  const response = await fetch(`${system.url}/graphql`, { headers: { accept: 'text/html,*/*' } });
  const page = await response.text();
  expect(response.headers.get('content-type')).toMatch('text/html');
  expect(page).toContain('Homestay booking');
  expect(page).not.toMatch(/<(script|link)[^>]+(src|href)="https?:/);
});

test('without introspection there is neither a schema to ask for nor a page', async () => {
  const gateway = await startTestSystem({ INTROSPECTION: 'false' });
  const { errors } = await gateway.ask('{ __schema { types { name } } }');
  expect(errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  const page = await fetch(`${gateway.url}/graphql`, { headers: { accept: 'text/html' } });
  expect(page.headers.get('content-type')).not.toMatch('text/html');
  await gateway.stop();
});

describe('a browser on a page of another origin', () => {
  const origin = 'https://homestay.example';
  const asked = {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization',
  };

  test('is let in where the settings name the origin', async () => {
    const gateway = await startTestGateway({ CORS_ORIGINS: `https://other.example,${origin}` });
    const before = await fetch(`${gateway.url}/graphql`, { method: 'OPTIONS', headers: asked });
    expect(before.status).toBe(204);
    expect(before.headers.get('access-control-allow-origin')).toBe(origin);
    expect(before.headers.get('access-control-allow-headers')).toBe('authorization');
    expect(before.headers.get('access-control-allow-methods')).toBe('GET,POST');
    const foreign = await fetch(`${gateway.url}/graphql`, {
      method: 'OPTIONS',
      headers: { ...asked, origin: 'https://evil.example' },
    });
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
    await gateway.stop();
  });

  test('may read when to come back', async () => {
    const settings = { CORS_ORIGINS: origin, RATE_LIMIT_PER_ADDRESS: '15' };
    const gateway = await startTestGateway(settings);
    const { status, headers } = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json' },
      body: '{"query":"{ homestay(id: \\"1\\") { id } }"}',
    });
    const told = headers.get('access-control-expose-headers')?.split(',');
    expect([status, told]).toEqual([
      429,
      expect.arrayContaining(['retry-after', 'ratelimit', 'ratelimit-policy']),
    ]);
    await gateway.stop();
  });

  test('is not where they name none', async () => {
    const gateway = await startTestGateway();
    const before = await fetch(`${gateway.url}/graphql`, { method: 'OPTIONS', headers: asked });
    expect(before.status).toBe(405);
    expect(before.headers.get('access-control-allow-origin')).toBeNull();
    await gateway.stop();
  });
});

test('a method that means nothing is told which ones do', async () => {
  const gateway = await startTestGateway();
  const answer = await fetch(`${gateway.url}/graphql`, { method: 'PUT' });
  expect(answer.status).toBe(405);
  expect(answer.headers.get('allow')).toBe('GET, POST');
  expect((await answer.json()).errors[0].extensions).toEqual({ code: 'METHOD_NOT_ALLOWED' });
  await gateway.stop();
});

test('the size of the answer counts in a GET request too', async () => {
  const query =
    'query ($n: Int!) { homestayShops(first: $n) { nodes { homestays(first: $n) { nodes { id title } } } } }';
  const search = new URLSearchParams({ query, variables: '{"n":100}' });
  const headers = { 'apollo-require-preflight': 'yes' };
  for (const before of ['', 'a=?&', '?', 'a=b?c=d&']) {
    const response = await fetch(`${system.url}/graphql?${before}${search}`, { headers });
    expect(response.status).toBe(400);
    // With a question mark in front of its name, the server finds no query either.
    expect(await response.text()).toContain(
      before === '?' ? 'must have a `query`' : 'QUERY_TOO_COMPLEX',
    );
  }
});

test('QUERY_MAX_TOKENS is one limit at both addresses: a subscription of 4,200 fields opens at each', async () => {
  const raised = { QUERY_MAX_TOKENS: '20000', QUERY_MAX_FIELDS: '5000', MAX_BODY_BYTES: '1000000' };
  const gateway = await startTestGateway({ ...raised, QUERY_MAX_ALIASES: '5000' });
  const fields = Array.from({ length: 4_200 }, (_, n) => `a${n}: sn`).join(' ');
  const body = JSON.stringify({
    query: `subscription { homestayOrderStateChanged(sn: "HSO1") { ${fields} } }`,
  });
  const headers = {
    'content-type': 'application/json',
    accept: 'text/event-stream',
    authorization: `Bearer ${await token()}`,
  };
  for (const path of ['/graphql', '/graphql/stream']) {
    const leaving = new AbortController();
    const { status, headers: answered } = await fetch(`${gateway.url}${path}`, {
      method: 'POST',
      headers,
      body,
      signal: leaving.signal,
    });
    leaving.abort();
    expect([path, status, answered.get('content-type')]).toEqual([
      path,
      200,
      'text/event-stream; charset=utf-8',
    ]);
  }
  await gateway.stop();
});
