import { afterEach, expect, test } from '@jest/globals';
import { request } from 'undici';
import { ask } from '../../testing/client.ts';
import { eventually } from '../../testing/eventually.ts';
import { startGatewayOf, startRawSubgraph } from '../../testing/gateway/raw-subgraph.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** A gateway before one subgraph that answers at once, and one that never does. */
async function startBesideSilence(settings: Record<string, string> = {}) {
  const seen = { begun: 0, broken: 0 };
  const quick = await startRawSubgraph(() => '{"data":{"quick":"here","__typename":"Query"}}');
  const silent = await startRawSubgraph((_request, response) => {
    seen.begun += 1;
    response.on('close', () => {
      seen.broken += 1;
    });
    return undefined;
  });
  const gateway = await startGatewayOf(
    [
      { name: 'quick', url: quick.url, sdl: 'type Query { quick: String }' },
      {
        name: 'silent',
        url: silent.url,
        sdl: 'type Query { silent: String } type Mutation { change: String }',
      },
    ],
    settings,
  );
  stops.push(quick.stop, silent.stop, gateway.stop);
  return { url: gateway.url, seen };
}

const codesOf = ({ errors }: { errors?: { extensions: Record<string, unknown> }[] }) =>
  errors?.map(({ extensions }) => extensions.code);

test('an operation has a deadline, at which what came in time is answered', async () => {
  const { url } = await startBesideSilence({ OPERATION_TIMEOUT: '200ms' });
  const answer = await ask<object>(url, '{ quick silent }');
  expect(answer.data).toEqual({ quick: 'here', silent: null });
  expect(codesOf(answer)).toEqual(['OPERATION_TIMEOUT']);
});

test('a part that is deferred has the deadline of its operation', async () => {
  const { url } = await startBesideSilence({ OPERATION_TIMEOUT: '500ms' });
  const { headers, body } = await request(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'multipart/mixed;deferSpec=20220824' },
    body: JSON.stringify({ query: '{ quick ... @defer { silent } }' }),
  });
  expect(headers['content-type']).toContain('multipart/mixed');
  expect(await body.text()).toContain('OPERATION_TIMEOUT');
});

test.each([
  'SUBGRAPH_TIMEOUT',
  'OPERATION_TIMEOUT',
])('a subgraph that answers nothing before %s is soon not asked any more, while the others are', async (setting) => {
  const { url, seen } = await startBesideSilence({ [setting]: '300ms' });
  await Promise.all(Array.from({ length: 10 }, (_, i) => ask(url, `{ of${i}: silent }`)));
  expect(seen.begun).toBe(10);
  // After a while one is sent to try it.
  await eventually(async () => {
    const { begun } = seen;
    const answer = await ask<object>(url, '{ quick silent }');
    expect(answer.data).toEqual({ quick: 'here', silent: null });
    return codesOf(answer)?.[0] === 'SERVICE_UNAVAILABLE' && seen.begun === begun;
  });
});

test('equal queries at once are asked once, and all are told what comes of it', async () => {
  const { url, seen } = await startBesideSilence({ SUBGRAPH_TIMEOUT: '300ms' });
  const asked = Array.from({ length: 5 }, () => ask<object>(url, '{ quick silent }'));
  for (const answer of await Promise.all(asked)) {
    expect(answer.data).toEqual({ quick: 'here', silent: null });
    expect(codesOf(answer)).toEqual(['SERVICE_UNAVAILABLE']);
  }
  expect(seen.begun).toBe(1);
});

const leave = async (url: string, query: string, begun: () => boolean) => {
  const leaving = new AbortController();
  const sent = request(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
    signal: leaving.signal,
  });
  await eventually(begun);
  leaving.abort();
  await expect(sent).rejects.toThrow('abort');
};

test('a query whose client is gone is given up, down to the subgraph', async () => {
  // No limit of time ends it before the test does.
  const patient = { SUBGRAPH_TIMEOUT: '10m', OPERATION_TIMEOUT: '10m' };
  const { url, seen } = await startBesideSilence(patient);
  await leave(url, '{ silent }', () => seen.begun === 1);
  await eventually(() => seen.broken === 1);
});

test('a mutation whose client is gone goes on: it may have happened', async () => {
  const { url, seen } = await startBesideSilence({ SUBGRAPH_TIMEOUT: '500ms' });
  await leave(url, 'mutation { change }', () => seen.begun === 1);
  await leave(url, '{ silent }', () => seen.begun === 2);
  // The query is broken off first, although it began later.
  await eventually(() => seen.broken === 1);
  await eventually(() => seen.broken === 2);
});
