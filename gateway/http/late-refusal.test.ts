import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { isToBeSent } from './late-refusal.ts';

const came: string[] = [];
let tell: (isTold: boolean) => void;
const late = ({ request }: { request: Pick<IncomingMessage, 'headers'> }) =>
  request.headers.late ? new Promise<boolean>((resolve) => (tell = resolve)) : true;
const server = createServer(async (request, response) => {
  came.push(request.url ?? '');
  const isTold = await isToBeSent(late, request, response, new Error('refused'));
  if (isTold) response.end(`told ${request.url}`);
});
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

const open = () => connect((server.address() as AddressInfo).port, '127.0.0.1');
const get = (path: string, header = '') => `GET ${path} HTTP/1.1\r\nhost: x\r\n${header}\r\n`;

/** Sends a request that waits, another one after it, and one of somebody else. */
async function sendThree() {
  came.splice(0);
  const socket = open();
  let said = '';
  // It is cut while there is something to read.
  socket.on('error', () => {});
  socket.on('data', (part) => {
    said += part;
  });
  socket.write(get('/first', 'late: 1\r\n'));
  while (came.length < 1) await new Promise(setImmediate);
  await new Promise<void>((resolve) =>
    socket.write(get('/second', 'connection: close\r\n'), () => resolve()),
  );
  const other = open();
  other.write(get('/other', 'connection: close\r\n'));
  await once(other.resume(), 'close');
  return { closed: new Promise((resolve) => socket.once('close', () => resolve(said))) };
}

test('while a refusal waits, nothing more is read of its connection', async () => {
  const { closed } = await sendThree();
  expect(came).toEqual(['/first', '/other']);
  tell(true);
  expect(await closed).toMatch(/told \/first[\s\S]*told \/second/);
});

test('a connection is cut whose refusal is not to be told', async () => {
  const { closed } = await sendThree();
  tell(false);
  expect(await closed).toBe('');
  expect(came).toEqual(['/first', '/other']);
});
