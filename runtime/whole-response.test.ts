import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../testing/eventually.ts';
import { type OpenPort, openPort } from './open-port.ts';
import { WholeResponse } from './whole-response.ts';

const headers = ['cache-control', 'no-store', 'content-type', 'text/plain; charset=utf-8'];
const texts = ['', 'short', 'größer', '两晚 🏡', 'x'.repeat(3_000_000), 'x'.repeat(50_000_000)];
/** What became of responses, by the paths they were asked at. */
const closed = new Map<string, boolean>();

let port: OpenPort;
beforeAll(async () => {
  port = await openPort('127.0.0.1', 0, {
    listener: (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
      const text = texts[Number(searchParams.get('text') ?? 1)] as string;
      response.on('close', () => closed.set(request.url ?? '', response.writableFinished));
      request.resume();
      const answer = () => {
        if (searchParams.has('last')) response.setHeader('connection', 'close');
        if (pathname === '/whole' && response instanceof WholeResponse) {
          response.note('x-request-id', 'one');
          return response.endWhole(headers, text);
        }
        response.setHeader('x-request-id', 'one');
        for (let at = 0; at < headers.length; at += 2)
          response.setHeader(headers[at] as string, headers[at + 1] as string);
        response.end(text);
      };
      setTimeout(answer, Number(searchParams.get('after') ?? 0));
    },
  });
});
afterAll(() => port.stop());

/** Sends a text over a connection of its own. @returns all that comes, in which the date is masked */
const answerTo = (sent: string, isWhole: (come: string) => boolean): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(port.url).port), '127.0.0.1');
    const parts: Buffer[] = [];
    const end = () =>
      resolve(
        Buffer.concat(parts)
          .toString()
          .replaceAll(/Date: .*/g, 'Date: now'),
      );
    socket.on('data', (part) => {
      parts.push(part);
      if (isWhole(Buffer.concat(parts).toString())) socket.end();
    });
    socket.on('close', end).on('error', reject);
    socket.write(sent);
  });

const get = (path: string, more = '', version = '1.1') =>
  `GET ${path} HTTP/${version}\r\nhost: x\r\n${more}\r\n`;
/** The last of each connection, so that the server ends it, and nothing is cut off. */
const last = (path: string) => get(`${path}?last`);
const never = () => false;

test.each<[string, (path: string) => string]>([
  ['of letters, and one more over the same connection', (path) => get(path) + last(path)],
  ['that is empty', (path) => get(`${path}?text=0`) + last(path)],
  ['of a latin alphabet', (path) => get(`${path}?text=2`) + last(path)],
  ['of other alphabets', (path) => get(`${path}?text=3`) + last(path)],
  ['of megabytes', (path) => get(`${path}?text=4`) + last(path)],
  [
    'to a request that comes before an earlier one is answered',
    (path) =>
      get(`${path}?text=2&after=50`) + get(`${path}?text=3`) + get(`${path}?after=20`) + last(path),
  ],
  ['to a client that closes', (path) => get(path, 'connection: close\r\n')],
  ['to an old client', (path) => get(path, '', '1.0')],
  [
    'to an old client that keeps its connection',
    (path) => get(path, 'connection: keep-alive\r\n', '1.0'),
  ],
  ['to a question for the head alone', (path) => get(path).replace('GET', 'HEAD') + last(path)],
  [
    'to a client that waits for our word before its body',
    (path) =>
      `${get(path, 'content-length: 2\r\nexpect: 100-continue\r\n').replace('GET', 'POST')}{}${last(path)}`,
  ],
])('an answer %s is what node:http would send', async (_what, asks) => {
  const [ours, nodes] = await Promise.all([
    answerTo(asks('/whole'), never),
    answerTo(asks('/node'), never),
  ]);
  expect(ours).toBe(nodes);
  expect(ours).toMatch(/^HTTP\/1\.1 /);
});

test('an answer tells when it is sent', async () => {
  const answer = await fetch(`${port.url}/whole`);
  const age = Date.now() - Date.parse(answer.headers.get('date') ?? '');
  expect(Math.abs(age)).toBeLessThan(5_000);
});

test('an answer that its client does not read is not closed before the connection is', async () => {
  const paths = ['/whole?text=5', '/node?text=5'];
  const sockets = paths.map((path) => {
    const socket = connect(Number(new URL(port.url).port), '127.0.0.1');
    socket.pause();
    socket.write(get(path));
    return socket;
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(paths.map((path) => closed.has(path))).toEqual([false, false]);
  for (const socket of sockets) socket.destroy();
  await eventually(() => paths.every((path) => closed.has(path)));
  const [ours, nodes] = paths.map((path) => closed.get(path));
  expect(ours).toBe(nodes);
});

test('a header that is set wins over one that is noted, and one with a line in it is refused', async () => {
  const server = await openPort('127.0.0.1', 0);
  const thrown: unknown[] = [];
  server.serve((_, response) => {
    const whole = response as WholeResponse<never>;
    whole.note('ratelimit', 'noted');
    whole.note('x-noted', 'noted');
    whole.setHeader('ratelimit', 'set');
    try {
      whole.note('x-odd', 'a\r\nb: c');
    } catch (error) {
      thrown.push(error);
    }
    whole.endWhole(headers, 'text');
  });
  const answer = await fetch(server.url);
  expect(answer.headers.get('ratelimit')).toBe('set');
  expect(answer.headers.get('x-noted')).toBe('noted');
  expect(answer.headers.get('b')).toBeNull();
  expect(String(thrown)).toContain('x-odd');
  await server.stop();
});
