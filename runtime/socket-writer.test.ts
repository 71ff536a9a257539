import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { WebSocket, WebSocketServer } from 'ws';
import { socketWriter, type WriteText } from './socket-writer.ts';

const http = createServer();
const server = new WebSocketServer({ noServer: true });
let client: WebSocket;
let socket: WebSocket;
let wire: Duplex;
let write: WriteText;
let came: string[];

beforeEach(async () => {
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const opened = new Promise<void>((resolve) =>
    http.once('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) =>
      server.handleUpgrade(request, connection, head, (made) => {
        [socket, wire] = [made, connection];
        resolve();
      }),
    ),
  );
  client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
  came = [];
  client.on('message', (data) => came.push(String(data)));
  await Promise.all([opened, once(client, 'open')]);
  write = socketWriter(socket, wire);
});
afterEach(async () => {
  client.terminate();
  socket.terminate();
  await new Promise((resolve) => http.close(resolve));
});

const closed = () => once(client, 'close').then(([code]) => code);

test('messages of every length arrive whole, in order, between those of the socket itself', async () => {
  const lengths = [0, 1, 125, 126, 127, 65_535, 65_536, 200_000, 3];
  const texts = lengths.map((length) => 'x'.repeat(length));
  const pinged = once(client, 'ping');
  for (const [index, text] of texts.entries()) {
    const half = Math.floor(text.length / 2);
    void write(Buffer.from(text.slice(0, half)), Buffer.from(text.slice(half)));
    if (index === 4) socket.ping();
  }
  void write(Buffer.from('价格'), Buffer.from(' ¥1'));
  await pinged;
  await new Promise<void>((resolve) => setImmediate(resolve));
  void write(Buffer.from('one part'));
  const end = closed();
  socket.close(4403, 'enough');
  expect(await end).toBe(4403);
  expect(came.map(({ length }) => length)).toEqual([...lengths, 5, 8]);
  expect(came).toEqual([...texts, '价格 ¥1', 'one part']);
});

test('what is written in one turn is one write, and comes before the end', async () => {
  const writes: unknown[] = [];
  const own = wire.write.bind(wire) as (...given: unknown[]) => boolean;
  wire.write = ((...given: unknown[]) => {
    writes.push(given[0]);
    return own(...given);
  }) as Socket['write'];
  for (let i = 0; i < 100; i += 1) void write(Buffer.from('{"id":'), Buffer.from(`${i}}`));
  await new Promise<void>((resolve) => process.nextTick(resolve));
  expect(writes).toHaveLength(1);
  const end = closed();
  void write(Buffer.from('the last'));
  socket.close(1000);
  expect(await end).toBe(1000);
  expect(came).toHaveLength(101);
  expect(came.at(-1)).toBe('the last');
});

test('who reads nothing is waited for, and forgotten when it is gone', async () => {
  client.pause();
  const large = Buffer.alloc(60_000, 'x');
  expect(write(large)).toBeUndefined();
  expect(write(large)).toBeUndefined();
  // A socket takes some more than we count: its own buffers are the system's.
  const busy: Promise<void>[] = [];
  for (let i = 0; i < 1_000; i += 1) {
    const more = write(large);
    if (more) busy.push(more);
  }
  expect(busy).toHaveLength(1_000);
  await new Promise<void>((resolve) => setImmediate(resolve));
  const late = write(large);
  expect(late).toBeInstanceOf(Promise);
  socket.terminate();
  await Promise.all([...busy, late]);
  expect(write(large)).toBeUndefined();
});
