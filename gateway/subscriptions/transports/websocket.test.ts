import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import WebSocket from 'ws';
import { clientError } from '../../../runtime/errors.ts';
import { createLog } from '../../../runtime/log.ts';
import { eventually } from '../../../testing/eventually.ts';
import { testSettings } from '../../../testing/gateway/small-system.ts';
import { connectionLimits } from '../../admission/connection-limits.ts';
import { refusalWriter } from '../../admission/refusal.ts';
import { operationMetrics } from '../../records/operation-metrics.ts';
import { recorder } from '../../records/operation-record.ts';
import { type SubscriptionSocketNeeds, serveSubscriptionSockets } from './websocket.ts';

/** Sockets whose identity or admission fails, and what is logged of it. */
async function serving(more: object, given: Record<string, string> = {}) {
  const lines: string[] = [];
  const log = createLog('test', 'error', { write: (line) => void lines.push(line) });
  const settings = testSettings(given);
  const http = createServer();
  const metrics = operationMetrics(new Registry(), { operation: String, client: String });
  const needs = {
    http,
    identify: async () => undefined,
    chargeSocket: () => {},
    late: () => true,
    connections: connectionLimits(settings),
    refusalOf: refusalWriter(log),
    recorder: recorder({ log, metrics, tracer: undefined }),
    settings,
    log,
    ...more,
  };
  const sockets = serveSubscriptionSockets(needs as unknown as SubscriptionSocketNeeds);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as { port: number };
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws');
  socket.once('open', () => socket.send('{"type":"connection_init"}'));
  const stop = async () => {
    await sockets.stop();
    await new Promise((resolve) => http.close(resolve));
  };
  return { socket, lines, stop };
}

const fails = () => Promise.reject(new Error('a secret of the inside'));

test('a fault of ours closes a socket with 1011, and says nothing of the inside', async () => {
  const { socket, lines, stop } = await serving({ identify: fails });
  const [code, reason] = await new Promise<[number, string]>((resolve) =>
    socket.once('close', (...[number, text]) => resolve([number, String(text)])),
  );
  expect([code, reason]).toEqual([1011, expect.stringContaining('Something went wrong')]);
  expect(lines.join()).toContain('a secret of the inside');
  await stop();
});

test('a fault of ours in an operation is one line of the log, whose id its client is told', async () => {
  const { socket, lines, stop } = await serving({ admit: fails });
  const received: string[] = [];
  socket.on('message', (data) => void received.push(String(data)));
  await eventually(() => received.length === 1);
  socket.send('{"type":"subscribe","id":"1","payload":{"query":"{ a }"}}');
  await eventually(() => received.length === 2);
  const [error] = JSON.parse(received[1] as string).payload;
  expect(error.message).toContain('Something went wrong');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { requestId: error.extensions.requestId, err: { message: 'a secret of the inside' } },
  ]);
  await stop();
});

test('a socket closes as idle after an operation that is refused late', async () => {
  let refuse = () => {};
  const admit = () =>
    new Promise((_, reject) => {
      refuse = () => reject(clientError('TOO_MANY_REQUESTS', 'used up'));
    });
  const { socket, stop } = await serving({ admit }, { SUBSCRIPTION_IDLE_TIMEOUT: '200ms' });
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.once('message', () =>
    socket.send('{"type":"subscribe","id":"1","payload":{"query":"{ a }"}}'),
  );
  // It is not idle meanwhile, however long that takes.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  refuse();
  expect(await closed).toBe(4408);
  await stop();
});

test('one message of a socket is answered in each turn of the event loop', async () => {
  let turn = 0;
  const count = () => {
    turn += 1;
    if (turns.length < 50) setImmediate(count);
  };
  const turns: number[] = [];
  count();
  const { socket, stop } = await serving({
    async admit() {
      turns.push(turn);
      throw clientError('BAD_USER_INPUT', 'No.');
    },
  });
  await new Promise((resolve) => socket.once('message', resolve));
  const { _socket: wire } = socket as unknown as { _socket: Socket };
  wire.cork();
  for (let id = 0; id < 50; id += 1)
    socket.send(JSON.stringify({ type: 'subscribe', id: `${id}`, payload: { query: '{ a }' } }));
  wire.uncork();
  await eventually(() => turns.length === 50);
  expect(new Set(turns).size).toBe(50);
  socket.close();
  await stop();
});

test('a long message is charged as many short ones', async () => {
  let charged = 0;
  const { socket, stop } = await serving({
    async charge() {
      charged += 1;
    },
  });
  const next = () => new Promise((resolve) => socket.once('message', resolve));
  await next();
  socket.send('{"type":"ping"}');
  await next();
  expect(charged).toBe(0);
  socket.send(JSON.stringify({ type: 'ping', payload: { text: 'x'.repeat(30_000) } }));
  await next();
  expect(charged).toBe(1);
  socket.close();
  await stop();
});
