import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import WebSocket from 'ws';
import { secrets } from '../testing/tokens.ts';
import { createLog } from './log.ts';
import { startSubgraph } from './subgraph.ts';

const faults: string[] = [];
const stops: (() => Promise<unknown>)[] = [];
let url: string;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'subgraph-'));
  const file = join(folder, 'ticking.graphql');
  await writeFile(file, 'type Query { n: Int } type Subscription { n: Int }');
  const subgraph = await startSubgraph({
    ...{ host: '127.0.0.1', port: 0, sdlFile: pathToFileURL(file), ready: {} },
    resolvers: {},
    context: (caller) => ({ caller }),
    serviceSecret: secrets.SERVICE_SECRET,
    log: createLog('test', 'error', { write: (line) => void faults.push(line) }),
  });
  url = subgraph.url;
  stops.push(subgraph.stop, () => rm(folder, { recursive: true }));
});
afterAll(async () => {
  for (const stop of stops) await stop();
});

test.each([
  ['no signature', {}],
  ['a forged one', { authorization: 'Bearer x' }],
  ['what cannot be made a text', { authorization: { toString: 1, valueOf: 1 } }],
])('who connects with %s is refused, and that is no fault', async (_what, payload) => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await new Promise((resolve) => socket.once('open', resolve));
  socket.send(JSON.stringify({ type: 'connection_init', payload }));
  expect([await closed, faults]).toEqual([4403, []]);
});
