import { execFile } from 'node:child_process';
import { createServer, type Server, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, expect, test } from '@jest/globals';
import { eventually } from '../../testing/eventually.ts';
import { type Asking, type Connections, openConnections } from './connections.ts';

let server: Server;
let sockets: Socket[] = [];
let received: string[] = [];
let connections: Connections;
const asked = new Map<Promise<string>, Asking>();

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await connections.stop();
  await new Promise((resolve) => server.close(resolve));
  [sockets, received] = [[], []];
});

/** A server that answers as a test says, by hand where it says nothing. */
async function start(
  answer: (socket: Socket, text: string) => void = () => {},
  max = 2,
  more: { maxAgeMs?: number } = {},
) {
  server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      received.push(`${bytes}`);
      answer(socket, `${bytes}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const options = { max, connectTimeoutMs: 3_000, maxBytes: 100, ...more };
  connections = openConnections(`http://127.0.0.1:${port}`, options);
}

function ask(message: string): Promise<string> {
  let asking: Asking | undefined;
  const answer = new Promise<string>((resolve, failed) => {
    asking = { message, failed, done: ({ body }) => resolve(`${body}`) };
    connections.ask(asking);
  });
  asked.set(answer, asking as Asking);
  return answer;
}

const answerOf = (text: string) =>
  `HTTP/1.1 200 OK\r\ncontent-length: ${text.length}\r\n\r\n${text}`;
const echo = (socket: Socket, text: string) => void socket.write(answerOf(`got ${text}`));

test('requests one after the other share a connection', async () => {
  await start(echo);
  expect(await ask('a')).toBe('got a');
  expect(await ask('b')).toBe('got b');
  expect(sockets.length).toBe(1);
});

test('an old connection gives way to a new one after its answer, and no request fails', async () => {
  await start(echo, 1, { maxAgeMs: 0 });
  expect(await Promise.all([ask('a'), ask('b'), ask('c')])).toEqual(['got a', 'got b', 'got c']);
  expect(await ask('d')).toBe('got d');
  expect(sockets.length).toBe(4);
  await eventually(() => sockets.every(({ destroyed }) => destroyed));
});

test('one that grows old while nobody asks is not asked again', async () => {
  await start(echo, 1, { maxAgeMs: 500 });
  expect(await ask('a')).toBe('got a');
  const until = performance.now() + 500;
  await eventually(() => performance.now() > until);
  expect(await ask('b')).toBe('got b');
  expect(sockets.length).toBe(2);
});

test('requests at once have a connection each, and wait when there are no more', async () => {
  await start();
  const answers = [ask('a'), ask('b'), ask('c'), ask('d')];
  await eventually(() => received.length === 2);
  expect([...received].sort()).toEqual(['a', 'b']);
  sockets[received.indexOf('a')]?.write(answerOf('for a'));
  expect(await answers[0]).toBe('for a');
  await eventually(() => received.length === 3);
  expect(received[2]).toBe('c');
  // The other one breaks: what waits gets a new one.
  sockets[received.indexOf('b')]?.destroy();
  await expect(answers[1]).rejects.toMatchObject({ code: 'ECONNRESET' });
  await eventually(() => received.length === 4);
  expect(sockets.length).toBe(3);
  for (const socket of sockets.slice(0, 3)) if (!socket.destroyed) socket.write(answerOf('late'));
  expect(await Promise.all(answers.slice(2))).toEqual(['late', 'late']);
});

test('a connection that says more than it was asked is not asked again', async () => {
  await start((socket, text) => void socket.write(answerOf(`got ${text}`) + answerOf('not yours')));
  expect(await ask('a')).toBe('got a');
  expect(await ask('b')).toBe('got b');
  expect(sockets.length).toBe(2);
});

test('what comes while nobody asks ends the connection, and answers nobody', async () => {
  await start(echo);
  expect(await ask('a')).toBe('got a');
  sockets[0]?.write(answerOf('not yours'));
  await eventually(() => sockets[0]?.destroyed === true);
  expect(await ask('b')).toBe('got b');
});

test('the answer to what was given up is not taken for another', async () => {
  await start(undefined, 1);
  const first = ask('a');
  await eventually(() => received.length === 1);
  const second = ask('b');
  connections.giveUp(asked.get(first) as Asking);
  await eventually(() => received.length === 2);
  sockets[1]?.write(answerOf('for b'));
  expect(await second).toBe('for b');
  expect(sockets[0]?.destroyed).toBe(true);
});

test('what waits can be given up, and is not sent', async () => {
  await start(undefined, 1);
  const first = ask('a');
  const second = ask('b');
  connections.giveUp(asked.get(second) as Asking);
  await eventually(() => received.length === 1);
  sockets[0]?.write(answerOf('for a'));
  expect(await first).toBe('for a');
  expect(received).toEqual(['a']);
});

test('an answer that is no HTTP fails, and its connection ends', async () => {
  await start((socket) => void socket.write('no\r\n\r\n'));
  await expect(ask('a')).rejects.toThrow('no HTTP');
  await eventually(() => sockets[0]?.destroyed === true);
});

test('an answer may end with its connection', async () => {
  await start((socket) => void socket.end('HTTP/1.1 200 OK\r\n\r\nwhole'));
  expect(await ask('a')).toBe('whole');
});

test('an answer that ends its connection does not end what waits', async () => {
  const last = (text: string) => answerOf(text).replace('\r\n', '\r\nconnection: close\r\n');
  await start((socket, text) => void socket.write(last(`got ${text}`)), 1);
  expect(await Promise.all([ask('a'), ask('b'), ask('c')])).toEqual(['got a', 'got b', 'got c']);
  expect(sockets.length).toBe(3);
});

test('where nobody listens each request fails, those that wait too', async () => {
  await start();
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  await connections.stop();
  connections = openConnections(`http://127.0.0.1:${port}`, {
    ...{ max: 2, connectTimeoutMs: 3_000, maxBytes: 100 },
  });
  const refused = [...'abcde'].map((one) => expect(ask(one)).rejects.toThrow('ECONNREFUSED'));
  await Promise.all(refused);
});

test('what is given up before it is connected is not sent, and who asked is told nothing', async () => {
  await start(echo, 1);
  const told: unknown[] = [];
  const tell = (what: unknown) => void told.push(what);
  const asking: Asking = { message: 'a', done: tell, failed: tell };
  connections.ask(asking);
  connections.giveUp(asking);
  expect(await ask('b')).toBe('got b');
  expect(received).toEqual(['b']);
  expect(told).toEqual([]);
});

test('a connection is not asked once the other side may have closed it', async () => {
  // A second less is believed.
  const brief = (text: string) => answerOf(text).replace('\r\n', '\r\nkeep-alive: timeout=2\r\n');
  await start((socket, text) => void socket.write(brief(`got ${text}`)));
  await Promise.all([ask('a'), ask('b')]);
  expect(await ask('c')).toBe('got c');
  expect(sockets.length).toBe(2);
  const old = [...sockets];
  const until = performance.now() + 1_050;
  await eventually(() => performance.now() > until);
  expect(await ask('d')).toBe('got d');
  expect(sockets.length).toBe(3);
  await eventually(() => old.every(({ destroyed }) => destroyed));
});

test('stopping finishes what was asked, and refuses what comes after', async () => {
  await start(undefined, 1);
  const answers = [ask('a'), ask('b')];
  await eventually(() => received.length === 1);
  const stopped = connections.stop();
  // It has not been sent, so it is none that broke off and may be asked again.
  await expect(ask('c')).rejects.toMatchObject({ name: 'ConnectionsStopped' });
  sockets[0]?.write(answerOf('for a'));
  await eventually(() => received.length === 2);
  sockets[1]?.write(answerOf('for b'));
  expect(await Promise.all(answers)).toEqual(['for a', 'for b']);
  await stopped;
});

/** What a program of its own prints that asks the server over one connection. */
async function printedBy(program: string): Promise<string> {
  const { port } = server.address() as { port: number };
  const opened = `
    import { openConnections } from './gateway/subgraphs/connections.ts';
    const options = { max: 1, connectTimeoutMs: 20_000, maxBytes: 100 };
    const connections = openConnections('http://127.0.0.1:${port}', options);
    const failed = ({ message }) => console.info('failed:', message);
    ${program}`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', opened];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 50_000 });
  return stdout.trim();
}

test('a process goes on until its request is answered, and a connection alone does not keep it', async () => {
  await start((socket, text) => void setTimeout(echo, 200, socket, text));
  const printed = await printedBy(`
    const done = ({ body }) => console.info(String(body));
    connections.ask({ message: 'b', done, failed });`);
  expect(printed).toBe('got b');
  expect(sockets.length).toBe(1);
}, 60_000);

test('a fault of who is told the answer does not end the request after it', async () => {
  await start(echo);
  const printed = await printedBy(`
    process.on('uncaughtException', ({ message }) => console.info('fault:', message));
    const done = ({ body }) => console.info(String(body));
    const fault = () => { throw new Error('mine'); };
    connections.ask({ message: 'a', done: fault, failed });
    connections.ask({ message: 'b', done, failed });`);
  expect(printed).toBe('fault: mine\ngot b');
}, 60_000);
