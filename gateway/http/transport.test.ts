import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLog } from '../../runtime/log.ts';
import { eventually } from '../../testing/eventually.ts';
import {
  startTestGateway,
  startTestSystem,
  type TestSystem,
} from '../../testing/gateway/small-system.ts';
import { socketClient } from '../../testing/socket-client.ts';

let system: TestSystem & { stop: () => Promise<void> };
const lines: string[] = [];
beforeAll(async () => {
  const log = createLog('test', 'error', { write: (line: string) => void lines.push(line) });
  system = await startTestSystem({}, log);
});
afterAll(() => system.stop());

const json = { 'content-type': 'application/json' };
const post = (body: object | string, headers: Record<string, string> = {}, path = '/graphql') =>
  fetch(`${system.url}${path}`, {
    method: 'POST',
    headers: { ...json, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

describe('an operation name', () => {
  const wrong = [
    ['that is unknown', { query: 'query A { __typename }', operationName: 'B' }],
    ['that is missing among several', { query: 'query A { __typename } query B { __typename }' }],
    ['that is empty', { query: 'query A { __typename }', operationName: '' }],
    [
      'that is null among several',
      { query: 'query A { __typename } query B { __typename }', operationName: null },
    ],
  ] as const;
  const code = 'OPERATION_RESOLUTION_FAILURE';

  test.each(wrong)('%s is the client’s mistake over HTTP', async (_what, request) => {
    lines.length = 0;
    const response = await post(request);
    const { errors } = await response.json();
    expect([response.status, errors[0].extensions.code]).toEqual([400, code]);
    expect(lines).toEqual([]);
  });

  test.each(wrong)('%s is so in a GET', async (_what, { query, ...rest }) => {
    const named = 'operationName' in rest && rest.operationName !== null ? rest : {};
    const search = new URLSearchParams({ query, ...(named as Record<string, string>) });
    const response = await fetch(`${system.url}/graphql?${search}`, {
      headers: { 'apollo-require-preflight': 'true' },
    });
    expect([response.status, (await response.json()).errors[0].extensions.code]).toEqual([
      400,
      code,
    ]);
  });

  test.each([
    ['/graphql/stream', 'text/event-stream'],
    ['/graphql', 'multipart/mixed;subscriptionSpec=1.0'],
    ['/graphql', 'text/event-stream'],
  ])('that is unknown is so at %s with `Accept: %s`', async (path, accept) => {
    lines.length = 0;
    const response = await post(
      { query: 'subscription A { myHomestayOrdersChanged { sn } }', operationName: 'B' },
      { accept },
      path,
    );
    expect(await response.text()).toContain(code);
    expect(lines).toEqual([]);
  });
});

test('an operation name that is unknown is the client’s mistake over a WebSocket', async () => {
  const client = await socketClient(system.url);
  const refused = new Promise((resolve) =>
    client.subscribe(
      { query: 'query A { __typename }', operationName: 'B' },
      { next() {}, error: resolve, complete() {} },
    ),
  );
  expect(await refused).toMatchObject([{ extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } }]);
  await client.dispose();
});

describe('a media type', () => {
  const query = JSON.stringify({ query: '{ __typename }' });
  test.each([
    ['APPLICATION/JSON', 200],
    ['application/json ; charset="UTF-8"', 200],
    ['application/json;charset=utf8', 200],
    ['application/graphql+json', 200],
    ['application/json; profile="a"', 200],
    ['application/json; charset=utf-8; profile=a', 200],
    ['application/json; profile=a; charset=utf-16', 415],
    ['application/jsonp', 415],
    ['application/json; charset=utf-16', 415],
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data; boundary=x', 415],
  ])('%s is answered %i', async (contentType, status) => {
    expect((await post(query, { 'content-type': contentType })).status).toBe(status);
  });

  test.each([
    ['text/html', 406],
    ['application/json;q=0', 406],
    ['text/html, application/json;q=0.1', 200],
    ['application/*', 200],
    ['application/json; charset=utf-16', 406],
    ['application/json;q=0, application/*', 200],
    ['application/json;q=0, application/graphql-response+json;q=0, */*', 406],
  ])('accepting %s is answered %i', async (accept, status) => {
    expect((await post(query, { accept })).status).toBe(status);
  });
});

test.each([
  ['*/*, application/json;q=0', 'application/graphql-response+json'],
  ['application/graphql-response+json;q=0.5, */*', 'application/json'],
  ['application/graphql-response+json, */*;q=0.9', 'application/graphql-response+json'],
  [
    'application/json;q=0.2, application/graphql-response+json;q=0.3',
    'application/graphql-response+json',
  ],
])('of the types that %s accepts, the answer has %s', async (accept, type) => {
  const { headers } = await post({ query: '{ __typename }' }, { accept });
  expect(headers.get('content-type')).toBe(`${type}; charset=utf-8`);
});

test('a body that is compressed is not taken for one that is not JSON', async () => {
  const response = await post({ query: '{ __typename }' }, { 'content-encoding': 'gzip' });
  expect([response.status, response.headers.get('accept-encoding')]).toEqual([415, 'identity']);
});

test('a body that is nested deeper than any input is refused before it is parsed', async () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  const said = async (depth: number) => {
    const variables = `{"a":${nested(depth)},"b":"${'x'.repeat(2_000)}"}`;
    const body = `{"query":"{ __typename }","variables":${variables}}`;
    const answer = await fetch(`${system.url}/graphql`, { method: 'POST', headers: json, body });
    return [answer.status, await answer.json()];
  };
  expect(await said(190)).toEqual([200, { data: { __typename: 'Query' } }]);
  expect(await said(200)).toMatchObject([
    400,
    { errors: [{ message: 'The request body is nested too deep.' }] },
  ]);
});

test('a proxy may send a whole address', async () => {
  const { hostname, port } = new URL(system.url);
  const query = encodeURIComponent('{ __typename }');
  const socket = connect(Number(port), hostname);
  socket.write(
    `GET http://api.example/graphql?query=${query} HTTP/1.1\r\nhost: api.example\r\n` +
      'apollo-require-preflight: true\r\nconnection: close\r\n\r\n',
  );
  expect(await text(socket)).toContain('{"data":{"__typename":"Query"}}');
});

test('a browser that asks for a registered document gets its answer, and no page', async () => {
  const { headers } = await fetch(`${system.url}/graphql?documentId=x`, {
    headers: { accept: 'text/html,application/json;q=0.9' },
  });
  expect(headers.get('content-type')).toContain('json');
});

test('no browser may guess the type of an answer', async () => {
  for (const path of ['/graphql', '/nothing', '/health/live'])
    expect((await fetch(`${system.url}${path}`)).headers.get('x-content-type-options')).toBe(
      'nosniff',
    );
});

test('a mutation by GET is refused, and told by which method it is sent', async () => {
  const query = 'mutation { cancelHomestayOrder(input: { orderSn: "HSO1" }) { __typename } }';
  const response = await fetch(`${system.url}/graphql?${new URLSearchParams({ query })}`, {
    headers: { 'apollo-require-preflight': 'true' },
  });
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
});

test('health and metrics may be at a port of their own, and then are not beside the API', async () => {
  const gateway = await startTestGateway({ OPERATIONS_PORT: '0' });
  for (const path of ['/health/live', '/health/ready', '/metrics']) {
    expect((await fetch(`${gateway.url}${path}`)).status).toBe(404);
    const { status, headers } = await fetch(`${gateway.operationsUrl}${path}`);
    expect(status).not.toBe(404);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  }
  await gateway.stop();
  await expect(fetch(`${gateway.operationsUrl}/health/live`)).rejects.toThrow();
});

test('without introspection no error tells what the schema holds', async () => {
  const gateway = await startTestGateway({ INTROSPECTION: 'false' });
  const told = async (query: string) =>
    (
      await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: json,
        body: JSON.stringify({ query }),
      })
    ).text();
  expect(await told('{ homestay_ }')).not.toMatch(/Did you mean|homestays/);
  expect(await told('{ __schema { types { name } } }')).not.toMatch(/Apollo|pass introspection/);
  await gateway.stop();
});

test('each request is a line of the log and counted, and so is each error beside data', async () => {
  const lines: string[] = [];
  const log = createLog('test', 'info', { write: (line: string) => void lines.push(line) });
  const logged = await startTestSystem({}, log);
  await logged.ask('query Title { homestay(id: "refused") { title } }');
  const line = await eventually(() => lines.find((one) => one.includes('"msg":"request"')));
  expect(JSON.parse(line)).toMatchObject({ kind: 'query', operation: 'Title', status: 200 });
  const metrics = await (await fetch(`${logged.url}/metrics`)).text();
  expect(metrics).toContain('gateway_request_seconds_count{kind="query",status="200"} 1');
  expect(metrics).toContain('gateway_errors_total{code="BAD_USER_INPUT",subgraph="travel"} 1');
  await logged.stop();
});
