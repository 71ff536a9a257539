import { createServer } from 'node:http';
import { expect, test } from '@jest/globals';
import WebSocket from 'ws';
import { createLog } from '../../../runtime/log.ts';
import { testSettings } from '../../../testing/gateway/small-system.ts';
import { connectionLimits } from '../../admission/connection-limits.ts';
import { refusalWriter } from '../../admission/refusal.ts';
import { type SubscriptionSocketNeeds, serveSubscriptionSockets } from './websocket.ts';

test('a fault of ours closes a socket with 1011, and says nothing of the inside', async () => {
  const lines: string[] = [];
  const log = createLog('test', 'error', { write: (line) => void lines.push(line) });
  const settings = testSettings();
  const http = createServer();
  const needs = {
    http,
    identify: () => Promise.reject(new Error('a secret of the inside')),
    chargeSocket: () => {},
    late: () => true,
    connections: connectionLimits(settings),
    refusalOf: refusalWriter(log),
    settings,
    log,
  };
  const sockets = serveSubscriptionSockets(needs as unknown as SubscriptionSocketNeeds);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as { port: number };
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws');
  socket.once('open', () => socket.send('{"type":"connection_init"}'));
  const [code, reason] = await new Promise<[number, string]>((resolve) =>
    socket.once('close', (...[number, text]) => resolve([number, String(text)])),
  );
  expect([code, reason]).toEqual([1011, expect.stringContaining('Something went wrong')]);
  expect(lines.join()).toContain('a secret of the inside');
  await sockets.stop();
  await new Promise((resolve) => http.close(resolve));
});
