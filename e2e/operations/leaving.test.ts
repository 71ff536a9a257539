import { type ChildProcess, spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { freePort } from '../../embedded/free-port.ts';
import { compiled } from '../../testing/compiled.ts';
import { eventually } from '../../testing/eventually.ts';
import { startTestSystem, type TestSystem } from '../../testing/system.ts';

let system: TestSystem;
let gateway: ChildProcess;
let url: string;
const ended = () => gateway.exitCode !== null;
beforeAll(async () => {
  system = await startTestSystem();
  const port = String(await freePort());
  url = `http://127.0.0.1:${port}`;
  gateway = spawn(process.execPath, [compiled('gateway/main.ts')], {
    env: { ...process.env, ...system.env, PORT: port, SERVE_AFTER_SIGTERM: '3s' },
    stdio: 'ignore',
  });
  await eventually(async () => (await ready()) === 200, 40_000);
}, 90_000);
afterAll(async () => {
  gateway.kill('SIGKILL');
  await system.stop();
});

const ready = () =>
  fetch(`${url}/health/ready`).then(
    ({ status }) => status,
    () => 0,
  );
const ask = () =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ serverTime }' }),
  });

test('after SIGTERM a gateway is not ready, serves on, then closes its sockets and ends', async () => {
  const closes: unknown[] = [];
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    lazy: false,
    retryAttempts: 0,
    on: { closed: (event) => void closes.push((event as { code: number }).code) },
    onNonLazyError: () => {},
  });
  await new Promise<void>((resolve) => void client.on('connected', () => resolve()));
  gateway.kill('SIGTERM');
  await eventually(async () => (await ready()) === 503);
  const answer = await ask();
  expect([answer.status, ended(), closes]).toEqual([200, false, []]);
  expect(answer.headers.get('connection')).toBe('close');
  await eventually(ended);
  expect(gateway.exitCode).toBe(0);
  expect(closes).toEqual([1012]);
});
