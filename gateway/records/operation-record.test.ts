import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createLog } from '../../runtime/log.ts';
import { eventually } from '../../testing/eventually.ts';
import { startTestSystem } from '../../testing/gateway/small-system.ts';
import { socketClient, watch } from '../../testing/socket-client.ts';

type Line = { msg: string; requestId: string; [field: string]: unknown };

let lines: Line[] = [];
const log = createLog('gateway', 'info', { write: (line) => void lines.push(JSON.parse(line)) });
let system: Awaited<ReturnType<typeof startTestSystem>>;
beforeAll(async () => {
  system = await startTestSystem({ KNOWN_CLIENTS: 'mobile' }, log);
});
beforeEach(() => {
  lines = [];
});
afterAll(() => system.stop());

/** The one line of a request. */
const told = () => eventually(() => lines.find(({ msg }) => msg === 'request'));
const query = 'query HomestayPage { homestay(id: "refused") { title } }';
const refused = { operation: 'HomestayPage', kind: 'query', codes: ['BAD_USER_INPUT'] };

test('an operation over HTTP is one line: what, who, how it ended, and the id that the client has', async () => {
  await system.ask(query, {
    headers: { 'x-request-id': 'mine', 'apollographql-client-name': 'mobile' },
  });
  const http = { requestId: 'mine', transport: 'http', client: 'mobile', status: 200 };
  expect(await told()).toMatchObject({ ...refused, ...http, ms: expect.any(Number) });
});

test('one over a WebSocket is one line too, with an id that its masked errors have', async () => {
  const client = await socketClient(system.url, { sub: 'traveller' });
  const crash = 'query Crash { homestay(id: "crash") { title } }';
  const { results } = watch(client, { query: crash });
  const line = await told();
  expect(line).toMatchObject({ transport: 'websocket', operation: 'Crash', user: 'traveller' });
  expect(line).toMatchObject({ codes: ['INTERNAL_SERVER_ERROR'] });
  const [result] = await eventually(() => results.length > 0 && results);
  expect(result?.errors?.[0]?.extensions?.requestId).toBe(line.requestId);
  await client.dispose();
});

test('a name is told as far as a line should go', async () => {
  await system.ask(`query ${'Q'.repeat(50_000)} { __typename }`);
  expect((await told())?.operation).toBe('Q'.repeat(100));
});

test('one that is not admitted over a WebSocket is told with its code', async () => {
  const client = await socketClient(system.url);
  watch(client, { query: '{ nothing }' });
  expect(await told()).toMatchObject({
    transport: 'websocket',
    kind: 'none',
    codes: ['GRAPHQL_VALIDATION_FAILED'],
  });
  await client.dispose();
});

test('one over server-sent events is one line, when its stream has ended', async () => {
  const response = await fetch(`${system.url}/graphql/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query }),
  });
  await response.text();
  expect(await told()).toMatchObject({ ...refused, transport: 'sse' });
  expect(lines.filter(({ msg }) => msg === 'request')).toHaveLength(1);
});

test('metrics tell registered names apart and fold all others into one', async () => {
  for (const name of ['Made', 'Up'])
    await system.ask(`query ${name} { __typename }`, {
      headers: { 'apollographql-client-name': `${name}-client` },
    });
  const metrics = await (await fetch(`${system.url}/metrics`)).text();
  const count = 'gateway_operations_total{operation=';
  expect(metrics).toContain(`${count}"HomestayPage",client="mobile",outcome="refused"} 1`);
  expect(metrics).toContain(`${count}"other",client="unknown",outcome="failed"} 1`);
  expect(metrics).toContain(`${count}"other",client="other",outcome="answered"} 2`);
  expect(metrics).toContain(`${count}"none",client="unknown",outcome="refused"} 1`);
  expect(metrics).not.toContain('Made');
  expect(metrics).toMatch(
    /gateway_operation_seconds_count{operation="HomestayPage",client="mobile"} 1/,
  );
  expect(metrics).toContain('gateway_plans_total{found="hit"} 1');
  expect(metrics).toMatch(/gateway_remembered_documents [1-9]/);
  expect(metrics).toContain(
    'gateway_errors_total{code="GRAPHQL_VALIDATION_FAILED",subgraph="none"} 1\n',
  );
  expect(metrics).toContain('gateway_errors_total{code="INTERNAL_SERVER_ERROR",subgraph="travel"}');
});
