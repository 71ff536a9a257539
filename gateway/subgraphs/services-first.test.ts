import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, test } from '@jest/globals';
import { createLog } from '../../runtime/log.ts';
import { serviceClient } from '../../runtime/service-client.ts';
import { startSubgraph } from '../../runtime/subgraph.ts';
import { ask } from '../../testing/client.ts';
import { eventually } from '../../testing/eventually.ts';
import { startGatewayOf } from '../../testing/gateway/raw-subgraph.ts';
import { secrets } from '../../testing/tokens.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const sdl = 'type Query { slow: String quick: String }';

/** A subgraph that executes two operations of clients at once, and lets three more wait. */
async function startBusy() {
  const folder = await mkdtemp(join(tmpdir(), 'subgraph-'));
  const file = join(folder, 'busy.graphql');
  await writeFile(file, sdl);
  let letGo = () => {};
  const held = new Promise<string>((resolve) => {
    letGo = () => resolve('at last');
  });
  const seen = { begun: 0 };
  const slow = () => {
    seen.begun += 1;
    return held;
  };
  const subgraph = await startSubgraph({
    ...{ host: '127.0.0.1', port: 0, sdlFile: pathToFileURL(file), ready: {} },
    resolvers: { Query: { slow, quick: () => 'here' } },
    context: (caller) => ({ caller }),
    serviceSecret: secrets.SERVICE_SECRET,
    share: { atOnce: 2, waiting: 3 },
    log: createLog('test', 'silent'),
  });
  const gateway = await startGatewayOf([{ name: 'busy', sdl, url: `${subgraph.url}/graphql` }]);
  const scheduler = serviceClient({
    ...{ url: subgraph.url, from: 'scheduler', serviceSecret: secrets.SERVICE_SECRET },
  });
  stops.push(() => rm(folder, { recursive: true }), subgraph.stop, gateway.stop, scheduler.stop);
  return { url: gateway.url, scheduler, seen, letGo };
}

test('a subgraph that is flooded through the gateway answers other services at once', async () => {
  const { url, scheduler, seen, letGo } = await startBusy();
  const codes: unknown[] = [];
  const flood = Array.from({ length: 40 }, async (_, n) => {
    // Each asks in words of its own, as equal ones would be asked once.
    const { data, errors } = await ask<{ slow: string }>(url, `{ slow a${n}: quick }`);
    codes.push(errors?.[0]?.extensions.code ?? data.slow);
  });
  await eventually(() => codes.length === 35);
  expect(await scheduler.ask('{ quick }')).toEqual({ quick: 'here' });
  expect([seen.begun, new Set(codes)]).toEqual([2, new Set(['SERVICE_UNAVAILABLE'])]);
  letGo();
  await Promise.all(flood);
  expect(codes.slice(35)).toEqual(Array(5).fill('at last'));
});

test('who leaves while it waits is not executed, and gives its place to the next', async () => {
  const { url, seen, letGo } = await startBusy();
  const leaving = new AbortController();
  const send = (n: number, signal?: AbortSignal) =>
    fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: `{ slow a${n}: quick }` }),
      ...(signal ? { signal } : {}),
    });
  const first = [send(1), send(2)];
  await eventually(() => seen.begun === 2);
  const left = send(3, leaving.signal);
  leaving.abort();
  await expect(left).rejects.toThrow('abort');
  const last = send(4);
  letGo();
  for (const answer of [...first, last])
    expect((await (await answer).json()).errors).toBeUndefined();
  await eventually(() => seen.begun === 3);
});
