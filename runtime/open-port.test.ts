import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { freePort } from '../embedded/free-port.ts';
import { parts } from '../embedded/system.ts';
import { eventually } from '../testing/eventually.ts';
import { secrets } from '../testing/tokens.ts';
import { startHttpServer } from './http-server.ts';
import { createLog } from './log.ts';
import { openPort } from './open-port.ts';
import { databaseOwners, portSetting, type ServiceName } from './services.ts';

const statusAt = async (url: string) => (await fetch(url).catch(() => ({ status: 0 }))).status;

test('a process that starts is live, not ready, and serves nothing yet', async () => {
  const port = await openPort('127.0.0.1', 0);
  expect(await statusAt(`${port.url}/health/live`)).toBe(200);
  const ready = await fetch(`${port.url}/health/ready`);
  expect([ready.status, await ready.json()]).toEqual([
    503,
    { status: 'not ready', failed: { process: 'starting' } },
  ]);
  expect(await statusAt(`${port.url}/graphql`)).toBe(503);

  const http = await startHttpServer({
    host: '127.0.0.1',
    port,
    metrics: new Registry(),
    ready: {},
    routes: { '/graphql': (_request, response) => void response.end('served') },
  });
  expect(http.url).toBe(port.url);
  expect(await statusAt(`${port.url}/health/ready`)).toBe(200);
  expect(await (await fetch(`${port.url}/graphql`)).text()).toBe('served');
  await http.stop();
  await port.stop();
  expect(await statusAt(`${port.url}/health/live`)).toBe(0);
});

test.each([
  ['its headers', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Le'],
  ['its body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n1'],
])('a client that never ends %s is cut off', async (_what, begun) => {
  const timeouts = { headersTimeout: 100, requestTimeout: 100, connectionsCheckingInterval: 50 };
  const port = await openPort('127.0.0.1', 0, { listener: () => {}, timeouts });
  const client = connect(Number(new URL(port.url).port), '127.0.0.1');
  const closed = new Promise((resolve) => client.once('close', resolve));
  client.on('error', () => {});
  client.resume();
  client.write(begun);
  await closed;
  await port.stop();
});

test('how long that may take is bounded, whoever opens a port', async () => {
  const port = await openPort('127.0.0.1', 0);
  const { headersTimeout, requestTimeout } = port.server;
  expect([headersTimeout, requestTimeout]).toEqual([15_000, 30_000]);
  await port.stop();
});

/** A database that takes connections and never answers. */
let silent: Server;
const sockets = new Set<Socket>();
beforeEach(async () => {
  silent = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
  });
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => silent.close(resolve));
});

/** Starts a service on that database, as far as it gets. */
async function startOnSilent(name: ServiceName): Promise<void> {
  const port = `${await freePort()}`;
  const { port: databasePort } = silent.address() as { port: number };
  const env = {
    ...secrets,
    [portSetting(name)]: port,
    MONGODB_URI: `mongodb://127.0.0.1:${databasePort}/?directConnection=true`,
  };
  const failed = expect(parts[name].start(env, createLog('test', 'silent'))).rejects.toThrow();
  const url = `http://127.0.0.1:${port}/health`;
  await eventually(async () => (await statusAt(`${url}/live`)) === 200);
  expect(await statusAt(`${url}/ready`)).toBe(503);
  await failed;
  expect(await statusAt(`${url}/live`)).toBe(0);
}

test('every service is live while it waits for its database, and frees its port if none answers', async () => {
  await Promise.all(databaseOwners.map(startOnSilent));
});
