import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { eventually } from '../../testing/eventually.ts';
import { type Asking, type Connections, openConnections } from './connections.ts';

const long = Buffer.from('0123456789abcdef'.repeat(262_144));
const many = 16;

let server: Server;
let connections: Connections;
/** Those of the connections, in the order in which they were opened. */
let read: Socket[];
/** What a test asks for at once: none of it is answered before all has been asked. */
let together: number;
const opened = (message: unknown) => void read.push((message as { socket: Socket }).socket);

beforeEach(async () => {
  read = [];
  together = 1;
  const answering: (() => void)[] = [];
  subscribe('net.client.socket', opened);
  server = createServer((request, response) => {
    // Whoever was given up is not told the rest.
    response.on('error', () => {});
    if (request.url === '/short') return void response.end('short');
    if (request.url === '/chunks') response.flushHeaders();
    answering.push(() => response.end(long));
    if (answering.length >= together) for (const answer of answering.splice(0)) answer();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  connections = openConnections(`http://127.0.0.1:${port}`, {
    ...{ max: 64, connectTimeoutMs: 20_000, maxBytes: long.length },
  });
});

afterEach(async () => {
  unsubscribe('net.client.socket', opened);
  await connections.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function ask(path: string) {
  let asking: Asking | undefined;
  const answer = new Promise<Buffer>((resolve, failed) => {
    const message = `GET ${path} HTTP/1.1\r\nhost: here\r\n\r\n`;
    asking = { message, failed, done: ({ body }) => resolve(Buffer.from(body)) };
    connections.ask(asking);
  });
  return { answer, giveUp: () => connections.giveUp(asking as Asking) };
}

const bytesRead = () => read.reduce((sum, { bytesRead }) => sum + bytesRead, 0);

/** @returns the most that was read in one turn of the event loop until something has happened */
async function mostInOneTurn(until: Promise<unknown>): Promise<number> {
  let isOver = false;
  const over = until.finally(() => {
    isOver = true;
  });
  let most = 0;
  for (let before = bytesRead(); !isOver; ) {
    await new Promise((resolve) => setImmediate(resolve));
    const now = bytesRead();
    most = Math.max(most, now - before);
    before = now;
  }
  await over;
  return most;
}

test.each([
  '/length',
  '/chunks',
])('of many long answers at once the oldest are read first, and all whole (%s)', async (path) => {
  together = many;
  let done = 0;
  let mostUnfinished = 0;
  const asked = Array.from({ length: many }, async () => {
    const body = await ask(path).answer;
    done += 1;
    mostUnfinished = Math.max(mostUnfinished, bytesRead() - done * long.length);
    return body;
  });
  for (const body of await Promise.all(asked)) expect(body.equals(long)).toBe(true);
  // A little of each, and not most of it.
  expect(mostUnfinished).toBeLessThan((many * long.length) / 4);
});

test('of long answers little is read in each turn, and a short one is read beside them', async () => {
  together = many;
  const asked = Array.from({ length: many }, () => ask('/chunks').answer);
  await eventually(() => read.length === many && read.every((one) => one.bytesRead > 200_000));
  const short = ask('/short').answer;
  const most = await mostInOneTurn(Promise.all(asked));
  expect(String(await short)).toBe('short');
  // One piece, which is two reads or three, of all connections together.
  expect(most).toBeLessThan(1_000_000);
});

test('a long answer that is given up leaves its turn to the next', async () => {
  together = 3;
  const [first, ...others] = Array.from({ length: 3 }, () => ask('/chunks'));
  await eventually(() => read.length === 3 && read.every((one) => one.bytesRead > 200_000));
  first?.giveUp();
  for (const { answer } of others) expect((await answer).equals(long)).toBe(true);
});

test('a connection is used again after a long answer', async () => {
  for (let n = 0; n < 3; n += 1) expect((await ask('/length').answer).equals(long)).toBe(true);
  expect(String(await ask('/short').answer)).toBe('short');
  expect(read.length).toBe(1);
});
