import { afterEach, describe, expect, test } from '@jest/globals';
import WebSocket from 'ws';
import { startTestGateway } from '../../testing/gateway/small-system.ts';
import { token } from '../../testing/tokens.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});
const start = async (settings: Record<string, string>) => {
  const gateway = await startTestGateway(settings);
  stops.push(gateway.stop);
  return gateway.url;
};

type Opened = { socket: WebSocket; closed: Promise<{ code: number; reason: string }> };
type Refused = { status: number | undefined; retryAfter: string | undefined };

/** Opens a socket, as often as it is asked. */
function openSocket(url: string): Promise<Opened | Refused> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  stops.push(() => socket.terminate());
  socket.on('error', () => {});
  const closed: Opened['closed'] = new Promise((resolve) =>
    socket.once('close', (code, reason) => resolve({ code, reason: String(reason) })),
  );
  return new Promise((resolve) => {
    socket.once('open', () => resolve({ socket, closed }));
    socket.once('unexpected-response', (_request, { statusCode, headers }) =>
      resolve({ status: statusCode, retryAfter: headers['retry-after'] }),
    );
  });
}
const opened = async (url: string) => (await openSocket(url)) as Opened;

/** What is left to an address or a user. To ask costs as much each time. */
async function left(url: string, authorization?: string): Promise<number> {
  const { headers } = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) },
    body: '{"query":"{ __typename }"}',
  });
  return Number(/r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1]);
}

/** What something costs an address or a user. */
async function costOf(url: string, work: () => Promise<unknown>, authorization?: string) {
  await left(url, authorization);
  const [first, second] = [await left(url, authorization), await left(url, authorization)];
  await work();
  return second - (await left(url, authorization)) - (first - second);
}

describe('a client that uses up all by', () => {
  test('opening sockets is refused the next one, and told when to come back', async () => {
    const url = await start({ RATE_LIMIT_PER_ADDRESS: '250' });
    for (let time = 0; time < 3; time += 1) {
      const { socket, closed } = await opened(url);
      socket.close();
      await closed;
    }
    expect(await openSocket(url)).toEqual({
      status: 429,
      retryAfter: expect.stringMatching(/^\d+$/),
    });
  });

  const often = (send: (socket: WebSocket) => void) => (socket: WebSocket) => {
    for (let time = 0; time < 300; time += 1) send(socket);
  };
  test.each<[string, (socket: WebSocket) => void]>([
    ['pings of graphql-ws', often((socket) => socket.send('{"type":"ping"}'))],
    ['pongs of graphql-ws', often((socket) => socket.send('{"type":"pong"}'))],
    [
      'ends of operations that are none',
      often((socket) => socket.send('{"type":"complete","id":"1"}')),
    ],
    [
      'pings of WebSockets',
      (socket) => {
        // Of one that does not wait for its pongs, `ws` is rid by itself.
        socket.on('pong', () => socket.ping());
        socket.ping();
      },
    ],
    ['pongs of WebSockets', often((socket) => socket.pong())],
  ])('%s is disconnected, and may come back', async (_what, flood) => {
    const url = await start({ RATE_LIMIT_PER_ADDRESS: '600', SUBSCRIPTION_INIT_TIMEOUT: '60s' });
    const { socket, closed } = await opened(url);
    const acknowledged = new Promise((resolve) => socket.once('message', resolve));
    socket.send('{"type":"connection_init"}');
    await acknowledged;
    flood(socket);
    expect(await closed).toEqual({
      code: 1013,
      reason: expect.stringMatching(/^Operations of one address .* Try again in \d+ s\.$/),
    });
  });

  test('pings is disconnected as the user that he is', async () => {
    const url = await start({ RATE_LIMIT_PER_USER: '500', SUBSCRIPTION_INIT_TIMEOUT: '60s' });
    const { socket, closed } = await opened(url);
    const acknowledged = new Promise((resolve) => socket.once('message', resolve));
    const authorization = `Bearer ${await token()}`;
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } }));
    await acknowledged;
    for (let time = 0; time < 300; time += 1) socket.send('{"type":"ping"}');
    expect((await closed).reason).toMatch('Operations of one user');
  });

  test('looking at GraphiQL is refused the page', async () => {
    const url = await start({ RATE_LIMIT_PER_ADDRESS: '3000' });
    const look = () => fetch(`${url}/graphql`, { headers: { accept: 'text/html' } });
    const first = await look();
    expect([first.status, first.headers.get('ratelimit')]).toEqual([200, '"weight";r=990;t=60']);
    expect((await look()).status).toBe(429);
  });
});

describe('it costs an address', () => {
  const plenty = { RATE_LIMIT_PER_ADDRESS: '1000000' };

  test('to open a socket, and to send a token over it that is not good', async () => {
    const url = await start(plenty);
    const authorization = `Bearer ${await token()}x`;
    const cost = await costOf(url, async () => {
      const { socket, closed } = await opened(url);
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } }));
      expect((await closed).code).toBe(4401);
    });
    expect(cost).toBe(100 + 100);
  });

  test.each([
    ['reserve a stream with a token that is not good', 'PUT', { authorization: 'Bearer x' }, 401],
    ['reserve a stream as nobody', 'PUT', {}, 401],
    ['open a stream that nobody has reserved', 'GET', { 'x-graphql-event-stream-token': 'x' }, 404],
    ['end an operation of no stream', 'DELETE', {}, 404],
    ['accept no stream', 'GET', { accept: 'text/html' }, 406],
  ])('to %s', async (_what, method, headers, status) => {
    const url = await start(plenty);
    const cost = await costOf(url, async () => {
      const answer = await fetch(`${url}/graphql/stream`, {
        method,
        headers: headers as Record<string, string>,
      });
      expect(answer.status).toBe(status);
    });
    expect(cost).toBe(100);
  });
});

test('it costs a user to reserve a stream, to open it, and what is begun over it as elsewhere', async () => {
  const url = await start({ RATE_LIMIT_PER_USER: '1000000' });
  const authorization = `Bearer ${await token()}`;
  const stream = `${url}/graphql/stream`;
  let secret = '';
  const put = async () => {
    const answer = await fetch(stream, { method: 'PUT', headers: { authorization } });
    expect(answer.headers.get('ratelimit')).toMatch(/^"weight";r=\d+;t=\d+$/);
    secret = await answer.text();
  };
  expect(await costOf(url, put, authorization)).toBe(100);
  const headers = () => ({ 'x-graphql-event-stream-token': secret });
  const gone = new AbortController();
  const open = () => fetch(stream, { headers: headers(), signal: gone.signal });
  expect(await costOf(url, open, authorization)).toBe(100);
  const begin = (extensions: object, status: number) => async () => {
    const answer = await fetch(stream, {
      method: 'POST',
      headers: { ...headers(), 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ __typename }', extensions }),
    });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('ratelimit')).toMatch(/^"weight";r=\d+;t=\d+$/);
  };
  expect(await costOf(url, begin({}, 400), authorization)).toBe(10);
  const elsewhere = await costOf(url, () => left(url, authorization), authorization);
  expect(elsewhere).toBeGreaterThan(0);
  const operation = begin({ operationId: '1' }, 202);
  expect(await costOf(url, operation, authorization)).toBe(elsewhere);
  gone.abort();
});
