import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Stop } from '../runtime/lifecycle.ts';
import { createLog } from '../runtime/log.ts';
import { openTracing } from '../runtime/tracing/open-tracing.ts';
import { ask } from '../testing/client.ts';
import { eventually } from '../testing/eventually.ts';
import { startTestSystem, type TestSystem } from '../testing/gateway/small-system.ts';
import { operator, token, tokenOf } from '../testing/tokens.ts';

type System = TestSystem & { stop: Stop };
let inThread: System;
let inLoop: System;
let user: string;
const systems: System[] = [];

/** One that plans all that is new in its thread, which is ready. */
async function startInThread(): Promise<System> {
  const system = await startTestSystem({ PLANNING_THREAD_FROM: '0' });
  systems.push(system);
  let n = 0;
  await eventually(async () => {
    n += 1;
    await system.ask(`{ homestay(id: "${n}") { id } }`);
    return (await done(system, 'plan')) > 0;
  });
  return system;
}

/** How often the thread has done this. */
async function done({ url }: System, work: 'plan' | 'validate'): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const line = new RegExp(
    `^gateway_large_documents_total{work="${work}",by="thread"} (\\d+)$`,
    'm',
  );
  return Number(line.exec(metrics)?.[1] ?? 0);
}

beforeAll(async () => {
  user = await token({ sub: 'ana' });
  inLoop = await startTestSystem({ PLANNING_THREAD_FROM: '1000' });
  systems.push(inLoop);
  inThread = await startInThread();
});
afterAll(async () => {
  for (const { stop } of systems) await stop();
});

const multipart = { accept: 'multipart/mixed; deferSpec=20220824, application/json' };
const fragment = 'fragment Of on Homestay { title shop { name } }';
const cases: { what: string; query: string; headers?: Record<string, string> }[] = [
  {
    what: 'a query',
    query: `{ homestay(id: "1") { ...Of } homestays { nodes { ...Of } } } ${fragment}`,
  },
  {
    what: 'an operation of which something is masked',
    query: '{ homestayOrder(sn: "1") { sn } homestay(id: "1") { id } }',
  },
  { what: 'a name that plans use', query: '{ homestay(id: "1") { id: title shop { id: name } } }' },
  {
    what: 'what is deferred',
    query: `{ homestay(id: "1") { id ...Of @defer } } ${fragment}`,
    headers: multipart,
  },
  { what: 'introspection', query: '{ __schema { queryType { name } } }' },
  { what: 'what is not valid', query: '{ homestay(id: "1") { nothing shop } }' },
  {
    what: 'an unknown operation',
    query: 'query A { homestays { nodes { id } } } query B { __typename }',
  },
];
test.each(cases)('$what is answered as it is without the thread', async ({ query, headers }) => {
  const answerOf = async ({ url }: System) => {
    const { status, body } = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query }),
    });
    return { status, text: await new Response(body).text() };
  };
  const before = await done(inThread, 'validate');
  expect(await answerOf(inThread)).toEqual(await answerOf(inLoop));
  expect(await done(inThread, 'validate')).toBe(before + 1);
  expect([await done(inLoop, 'validate'), await done(inLoop, 'plan')]).toEqual([0, 0]);
});

test.each([
  [
    'a mutation',
    'mutation { cancelHomestayOrder(input: { orderSn: "1" }) { __typename } }',
    '/graphql',
  ],
  [
    'a subscription',
    'subscription { homestayOrderStateChanged(sn: "1") { sn } }',
    '/graphql/stream',
  ],
])('%s is planned there too, once', async (_what, query, path) => {
  const before = await done(inThread, 'plan');
  const send = async () => {
    const gone = new AbortController();
    const { status } = await fetch(inThread.url + path, {
      method: 'POST',
      headers: {
        accept: path === '/graphql' ? 'application/json' : 'text/event-stream',
        'content-type': 'application/json',
        authorization: `Bearer ${user}`,
      },
      body: JSON.stringify({ query }),
      signal: gone.signal,
    });
    gone.abort();
    return status;
  };
  expect(await send()).toBe(200);
  await eventually(async () => (await done(inThread, 'plan')) > before);
  expect(await send()).toBe(200);
  expect(await done(inThread, 'plan')).toBe(before + 1);
});

test.each([
  ['what is deferred', '{ homestay(id: "1") { id ...Of @defer } }', 'multipart/mixed'],
  [
    'what is deferred and heavy, which is answered as a whole',
    `{ ${Array.from({ length: 10 }, (_, n) => `a${n}: homestays(first: 100) { nodes { ...Of @defer } }`).join(' ')} }`,
    'application/json',
  ],
])('%s is planned once', async (_what, query, type) => {
  const log = createLog('test', 'silent');
  const tracer = await openTracing({ service: 'gateway', env: {}, keep: 5, log });
  const system = await startTestSystem({ KEEP_TRACES: '5' }, log, tracer);
  systems.push(system);
  const authorization = `Bearer ${await tokenOf(operator)}`;
  const kept = async (): Promise<{ spans: { name: string }[] }[]> => {
    const response = await fetch(`${system.url}/traces`, { headers: { authorization } });
    return (await response.json()).traces;
  };
  const before = (await kept()).length;
  const response = await fetch(`${system.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...multipart },
    body: JSON.stringify({ query: `${query} ${fragment}` }),
  });
  expect(response.headers.get('content-type')).toMatch(type);
  await response.text();
  await eventually(async () => (await kept()).length > before);
  const [latest] = await kept();
  expect(latest?.spans.filter(({ name }) => name === 'plan')).toHaveLength(1);
});

test('a gateway that is stopped while it plans answers first', async () => {
  const system = await startInThread();
  const answer = ask(system.url, '{ homestay(id: "1") { title shop { name } } }');
  // It has reached the gateway.
  await eventually(async () => {
    const metrics = await (await fetch(`${system.url}/metrics`)).text();
    return metrics.length > 0;
  });
  await system.stop();
  expect(await answer).toMatchObject({ status: 200, data: { homestay: { title: 'Homestay 1' } } });
});
