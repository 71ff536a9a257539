import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../testing/eventually.ts';
import { type OpenPort, openPort } from './open-port.ts';
import { BodyTooLarge, readBody } from './request-body.ts';
import { WholeRequest } from './whole-request.ts';

/** What became of bodies, by the paths they were sent to. */
const read = new Map<string, string>();
const isTaken = new Map<string, boolean>();

let port: OpenPort;
beforeAll(async () => {
  port = await openPort('127.0.0.1', 0, {
    listener: async (request, response) => {
      const path = request.url ?? '';
      if (path === '/unread') return void response.end('unread');
      if (path === '/late') await new Promise((resolve) => setTimeout(resolve, 50));
      const body = readBody(request, 100_000).then(String, (error) => {
        if (error instanceof BodyTooLarge) response.setHeader('connection', 'close');
        return error.name;
      });
      isTaken.set(path, request instanceof WholeRequest && request.readableFlowing === null);
      read.set(path, await body);
      response.end(read.get(path));
    },
  });
});
afterAll(() => port.stop());

const post = (path: string, body: string, said = `content-length: ${body.length}`) =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\n${said}\r\n\r\n${body}`;

/** Sends texts, one after the other; whatever comes. */
function send(...sent: string[]) {
  const socket = connect(Number(new URL(port.url).port), '127.0.0.1');
  let come = '';
  socket.on('data', (part) => {
    come += part;
  });
  socket.on('error', () => {});
  const next = () => {
    const text = sent.shift();
    if (text !== undefined) socket.write(text, () => setTimeout(next, 20));
  };
  next();
  return { come: () => come, end: () => socket.destroy() };
}

test('a client that would also speak HTTP/2 is answered in HTTP/1.1, beside WebSockets', async () => {
  const refuse = (_request: unknown, socket: { destroy(): void }) => socket.destroy();
  port.server.on('upgrade', refuse);
  const wishes =
    'connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAEAAEAAAAIAAAAB';
  for (const sent of [
    [post('/h', 'whole', `${wishes}\r\ncontent-length: 5`)],
    [post('/h', '', `${wishes}\r\ncontent-length: 5`), 'wh', 'ole'],
  ]) {
    const { come, end } = send(...sent, post('/i', 'next'));
    await eventually(() => come().endsWith('next'));
    expect(come().match(/HTTP.\d.\d \d+|whole|next/g)).toEqual([
      ...['HTTP/1.1 200', 'whole'],
      ...['HTTP/1.1 200', 'next'],
    ]);
    end();
  }
  port.server.off('upgrade', refuse);
});

test.each([
  ['with its head', [post('/a', 'whole')], 'whole'],
  ['after its head, in parts', [post('/b', '', 'content-length: 4'), 'pa', 'rt'], 'part'],
  [
    'in chunks',
    [post('/c', '2\r\npa\r\n', 'transfer-encoding: chunked'), '2\r\nrt\r\n0\r\n\r\n'],
    'part',
  ],
  ['not at all, for there is none', [post('/d', '')], ''],
])('a body that comes %s is taken whole, and so is the next', async (_how, sent, body) => {
  const path = /\/\w/.exec(sent[0] as string)?.[0] as string;
  const client = send(...sent, post(`${path}${path}`, 'next'));
  await eventually(() => client.come().endsWith('next'));
  expect([read.get(path), isTaken.get(path)]).toEqual([body, true]);
  client.end();
});

test('bodies that come before the first is answered are each read', async () => {
  const client = send(post('/late', 'first') + post('/e', 'second') + post('/f', 'third'));
  await eventually(() => client.come().endsWith('third'));
  expect([read.get('/late'), read.get('/e'), read.get('/f')]).toEqual(['first', 'second', 'third']);
  expect(isTaken.get('/late')).toBe(false);
  client.end();
});

test('a body that nobody reads is left out, and the next request is answered', async () => {
  const client = send(post('/unread', 'x'.repeat(90_000)), post('/g', 'next'));
  await eventually(() => client.come().endsWith('next'));
  client.end();
});

test('a body that is cut off is told, and one that is too large', async () => {
  const client = send(post('/cut', 'x', 'content-length: 2'));
  await eventually(() => isTaken.get('/cut'));
  client.end();
  await eventually(() => read.get('/cut') === 'BodyCutOff');
  const large = send(post('/large', 'x'.repeat(100_001)));
  await eventually(() => large.come().endsWith('BodyTooLarge'));
  large.end();
});

test('a client that leaves after its body is told to its response alone', async () => {
  const client = send(post('/h', 'x') + post('/late', 'x'));
  await eventually(() => isTaken.has('/h'));
  client.end();
  const next = send(post('/i', 'still here'));
  await eventually(() => next.come().endsWith('still here'));
  next.end();
});
