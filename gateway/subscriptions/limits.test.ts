import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient as createSseClient } from 'graphql-sse';
import { generateKeyPair, SignJWT } from 'jose';
import WebSocket from 'ws';
import { eventually } from '../../testing/eventually.ts';
import {
  type LiveSystem,
  orderChanged,
  startLiveSystem,
} from '../../testing/gateway/live-system.ts';
import { startTestGateway } from '../../testing/gateway/small-system.ts';
import { socketClient, watch } from '../../testing/socket-client.ts';
import { token } from '../../testing/tokens.ts';

let system: LiveSystem;
const limits = {
  SUBSCRIPTIONS_PER_CONNECTION: '3',
  SUBSCRIPTIONS_PER_USER: '5',
  // No test is to miss them, however busy the machine is.
  SUBSCRIPTION_INIT_TIMEOUT: '60s',
  SUBSCRIPTION_HEARTBEAT: '60s',
  SUBSCRIPTION_MAX_UNSENT: '10',
};
beforeAll(async () => {
  system = await startLiveSystem({ gateway: limits });
});
afterAll(() => system?.stop());

const metric = async (name: string, url = system.url): Promise<number> => {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(name) && !line.startsWith('#'));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').pop()), 0);
};
const openShared = (url?: string) => metric('gateway_shared_subscriptions', url);

/** A bare socket, for what a correct client never does. */
const bareSocket = async (protocol = 'graphql-transport-ws', url = system.url) => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, protocol);
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.on('close', (code, reason) => resolve({ code, reason: String(reason) })),
  );
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('open', resolve));
  return { socket, closed, send: (message: unknown) => socket.send(JSON.stringify(message)) };
};
const init = async (given: Parameters<typeof token>[0] = {}) => ({
  type: 'connection_init',
  payload: { authorization: `Bearer ${await token(given)}` },
});
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

/**
 * What happens to what was begun before a token expired. Where the machine was too busy to begin it
 * in time, a token that lives longer is tried.
 */
async function afterExpiry(attempt: (exp: number) => Promise<string | false>): Promise<string> {
  for (const seconds of [2, 8, 32]) {
    const text = await attempt(inSeconds(seconds));
    if (text) return text;
  }
  throw new Error('nothing could be begun before its token expired');
}

describe('a WebSocket closes with a code that tells its client what to do,', () => {
  test('when the client does not initialise it in time: 4408', async () => {
    const gateway = await startTestGateway({ SUBSCRIPTION_INIT_TIMEOUT: '200ms' });
    try {
      const { closed } = await bareSocket('graphql-transport-ws', gateway.url);
      expect(await closed).toEqual({ code: 4408, reason: 'Connection initialisation timeout' });
    } finally {
      await gateway.stop();
    }
  });

  test('when its token is forged: 4401, do not come back', async () => {
    const { closed, send } = await bareSocket();
    send(await init({ secret: 'x'.repeat(32) }));
    expect(await closed).toEqual({
      code: 4401,
      reason: 'The signature of the token is not valid.',
    });
  });

  test('when its token has expired: 4403, come back with another', async () => {
    const { closed, send } = await bareSocket();
    send(await init({ exp: inSeconds(-60) }));
    expect(await closed).toEqual({ code: 4403, reason: 'The token has expired.' });
  });

  test('when tokens cannot be verified for now: 1013, come back', async () => {
    const gateway = await startTestGateway({ JWT_SECRET: '', JWKS_URL: 'http://127.0.0.1:1/keys' });
    try {
      const { closed, send } = await bareSocket('graphql-transport-ws', gateway.url);
      const { privateKey } = await generateKeyPair('ES256');
      const foreign = await new SignJWT({ sub: 'ana' })
        .setProtectedHeader({ alg: 'ES256', kid: '1' })
        .sign(privateKey);
      send({ type: 'connection_init', payload: { authorization: `Bearer ${foreign}` } });
      expect(await closed).toEqual({
        code: 1013,
        reason: 'Tokens cannot be verified. Try again.',
      });
    } finally {
      await gateway.stop();
    }
  });

  test('when its token expires while it is open: 4403', async () => {
    const { closed, send } = await bareSocket();
    send(await init({ exp: inSeconds(2) }));
    expect(await closed).toEqual({ code: 4403, reason: 'The token has expired.' });
  });

  test('when a message is too large: 1009', async () => {
    const { closed, send } = await bareSocket();
    send({ type: 'connection_init', payload: { filler: 'x'.repeat(200_000) } });
    expect((await closed).code).toBe(1009);
  });

  test('when a message is no protocol message: 4400', async () => {
    const { closed, send } = await bareSocket();
    send({ nonsense: true });
    expect((await closed).code).toBe(4400);
  });

  test('when an id is in use, however long it is: 4409', async () => {
    const { socket, closed, send } = await bareSocket();
    send(await init());
    await new Promise((resolve) => socket.once('message', resolve));
    const sn = await system.placeOrder();
    const payload = { query: orderChanged, variables: { sn } };
    for (const _ of [1, 2]) send({ type: 'subscribe', id: 'é'.repeat(1_000), payload });
    expect(await closed).toEqual({ code: 4409, reason: `Subscriber for ${'é'.repeat(54)}` });
  });

  test.each([
    { type: 'connection_ack' },
    { type: 'next', id: '1', payload: { data: null } },
    { type: 'error', id: '1', payload: [{ message: 'no' }] },
  ])('when the client sends what only a server may send, $type: 4400', async (message) => {
    const { closed, send } = await bareSocket();
    send(message);
    expect(await closed).toEqual({ code: 4400, reason: 'Only a server may send this message' });
  });
});

test.each([
  [
    'server-sent events',
    '/graphql/stream',
    'text/event-stream',
    /event: next\ndata: .*UNAUTHENTICATED.*\n\nevent: complete\ndata: \n\n$/,
  ],
  [
    'multipart',
    '/graphql',
    'multipart/mixed;subscriptionSpec=1.0',
    /\{"payload":\{"errors":\[.*UNAUTHENTICATED.*\r\n--graphql--\r\n$/,
  ],
])('a stream of %s ends with an error when the token expires', async (_how, path, accept, end) => {
  const sn = await system.placeOrder();
  const text = await afterExpiry(async (exp) => {
    const response = await fetch(`${system.url}${path}`, {
      method: 'POST',
      headers: {
        accept,
        'content-type': 'application/json',
        authorization: `Bearer ${await token({ exp })}`,
      },
      body: JSON.stringify({ query: orderChanged, variables: { sn } }),
    });
    const answered = await response.text();
    return answered.includes('WAIT_PAY') && answered;
  });
  expect(text).toMatch(end);
});

test('malformed connection parameters count as no token', async () => {
  for (const payload of [{ headers: null }, { headers: 'none' }, { authorization: null }]) {
    const { socket, send } = await bareSocket();
    const acknowledged = new Promise((resolve) =>
      socket.once('message', (data) => resolve(JSON.parse(String(data)).type)),
    );
    send({ type: 'connection_init', payload });
    expect(await acknowledged).toBe('connection_ack');
    socket.terminate();
  }
});

test('a token that is no text is none that is believed', async () => {
  const authorization = { toString: 1, valueOf: 1 };
  for (const payload of [{ authorization }, { headers: { authorization: [authorization] } }]) {
    const { closed, send } = await bareSocket();
    send({ type: 'connection_init', payload });
    expect(await closed).toMatchObject({ code: 4401 });
  }
});

describe('the connections are limited', () => {
  let gateway: Awaited<ReturnType<typeof startTestGateway>>;
  beforeAll(async () => {
    gateway = await startTestGateway({
      SUBSCRIPTION_CONNECTIONS_PER_USER: '2',
      SUBSCRIPTION_CONNECTIONS_PER_ADDRESS: '2',
      SUBSCRIPTION_IDLE_TIMEOUT: '200ms',
      SUBSCRIPTION_INIT_TIMEOUT: '60s',
      ORDER_URL: 'http://127.0.0.1:1',
    });
  });
  afterAll(() => gateway?.stop());
  const stream = () => `${gateway.url}/graphql/stream`;
  const signedIn = async (sub: string) => {
    const opened = await bareSocket('graphql-transport-ws', gateway.url);
    opened.send(await init({ sub }));
    const answered = new Promise((resolve) => {
      opened.socket.once('message', () => resolve('acknowledged'));
      void opened.closed.then(resolve);
    });
    return { ...opened, answered: await answered };
  };

  test('of one user: sockets, streams and reservations together', async () => {
    const first = await signedIn('lin');
    const headers = { authorization: `Bearer ${await token({ sub: 'lin' })}` };
    expect((await fetch(stream(), { method: 'PUT', headers })).status).toBe(201);
    expect((await signedIn('lin')).answered).toEqual({
      code: 4429,
      reason: 'Too many connections are open for one user.',
    });
    expect((await fetch(stream(), { method: 'PUT', headers })).status).toBe(429);
    const body = JSON.stringify({ query: '{ homestay(id: "1") { title } }' });
    const subscribed = await fetch(stream(), {
      method: 'POST',
      headers: { ...headers, accept: 'text/event-stream', 'content-type': 'application/json' },
      body,
    });
    expect(subscribed.status).toBe(429);
    expect((await signedIn('another')).answered).toBe('acknowledged');
    first.socket.terminate();
    await eventually(async () => {
      const { answered, socket } = await signedIn('lin');
      socket.terminate();
      return answered === 'acknowledged';
    });
  });

  test('of one address without a token, which close when idle', async () => {
    const idle = await Promise.all(
      [1, 2].map(() => bareSocket('graphql-transport-ws', gateway.url)),
    );
    await expect(
      new Promise((_, reject) => {
        const third = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, [
          'graphql-transport-ws',
        ]);
        third.once('error', reject);
      }),
    ).rejects.toThrow('429');
    // They are idle from here on.
    for (const { send } of idle) send({ type: 'connection_init' });
    for (const { closed } of idle)
      expect(await closed).toEqual({
        code: 4408,
        reason: 'Nothing was asked over this connection',
      });
    const next = await bareSocket('graphql-transport-ws', gateway.url);
    next.socket.terminate();
  });

  test('and reserving a stream needs a token', async () => {
    expect((await fetch(stream(), { method: 'PUT' })).status).toBe(401);
  });
});

describe('the subscriptions are limited', () => {
  test('over one connection', async () => {
    const client = await socketClient(system.url, { sub: 'li' });
    const query = 'subscription { myHomestayOrdersChanged { sn } }';
    const open = [1, 2, 3].map(() => watch(client, { query }));
    const tooMany = watch(client, { query });
    await eventually(() => tooMany.ended);
    expect(tooMany.ended).toMatchObject([{ extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } }]);
    expect(open.every(({ ended }) => ended === undefined)).toBe(true);
    await client.dispose();
  });

  test('of one user, until one of them ends', async () => {
    const clients = await Promise.all([1, 2].map(() => socketClient(system.url, { sub: 'wu' })));
    const query = 'subscription { myHomestayOrdersChanged { sn state } }';
    await system.placeOrder({ travellerId: 'wu' });
    const [first, second] = clients as [(typeof clients)[0], (typeof clients)[0]];
    const open = [first, first, first, second, second].map((client) => watch(client, { query }));
    await eventually(() => open.every(({ results }) => results.length === 1));
    const tooMany = watch(second, { query });
    await eventually(() => tooMany.ended);
    expect(tooMany.ended).toMatchObject([{ extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } }]);
    for (const accept of ['text/event-stream', 'multipart/mixed']) {
      const headers = {
        accept,
        'content-type': 'application/json',
        authorization: `Bearer ${await token({ sub: 'wu' })}`,
      };
      const body = JSON.stringify({ query });
      const refused = await fetch(`${system.url}/graphql`, { method: 'POST', headers, body });
      expect(await refused.text()).toContain('TOO_MANY_SUBSCRIPTIONS');
    }
    open[0]?.leave();
    await eventually(async () => (await metric('gateway_subscriptions{')) === 4);
    const again = watch(second, { query });
    await eventually(() => again.results.length === 1);
    await Promise.all(clients.map((client) => client.dispose()));
  });
});

describe('a client that leaves', () => {
  const gone: Record<string, (sn: string) => Promise<() => unknown>> = {
    'over a WebSocket': async (sn) => {
      const { socket, send } = await bareSocket();
      send(await init());
      await new Promise((resolve) => socket.once('message', resolve));
      send({ id: '1', type: 'subscribe', payload: { query: orderChanged, variables: { sn } } });
      return () => socket.terminate();
    },
    'over server-sent events': async (sn) => {
      const headers = { authorization: `Bearer ${await token()}` };
      const client = createSseClient({
        url: `${system.url}/graphql/stream`,
        headers,
        retryAttempts: 0,
      });
      return client.subscribe(
        { query: orderChanged, variables: { sn } },
        { next() {}, error() {}, complete() {} },
      );
    },
    'over multipart': async (sn) => {
      const stop = new AbortController();
      await fetch(`${system.url}/graphql`, {
        method: 'POST',
        signal: stop.signal,
        headers: {
          accept: 'multipart/mixed;subscriptionSpec=1.0',
          'content-type': 'application/json',
          authorization: `Bearer ${await token()}`,
        },
        body: JSON.stringify({ query: orderChanged, variables: { sn } }),
      });
      return () => stop.abort();
    },
  };
  test.each(Object.keys(gone))('%s leaves nothing open at the subgraph', async (how) => {
    await eventually(async () => (await openShared()) === 0);
    const leave = await (gone[how] as (typeof gone)[string])(await system.placeOrder());
    await eventually(async () => (await openShared()) === 1);
    leave();
    await eventually(async () => (await openShared()) === 0);
  });

  test('without closing its connection is detected', async () => {
    const gateway = await startTestGateway({ ...system.urls, SUBSCRIPTION_HEARTBEAT: '1s' });
    try {
      const sn = await system.placeOrder();
      const { socket, send } = await bareSocket('graphql-transport-ws', gateway.url);
      send(await init());
      await new Promise((resolve) => socket.once('message', resolve));
      send({ id: '1', type: 'subscribe', payload: { query: orderChanged, variables: { sn } } });
      await eventually(async () => (await openShared(gateway.url)) === 1);
      // It no longer reads, so it answers no heartbeat.
      socket.pause();
      await eventually(async () => (await openShared(gateway.url)) === 0);
      socket.terminate();
    } finally {
      await gateway.stop();
    }
  });
});

test('a subscription without an accepted stream type is refused, and the error names the types', async () => {
  const response = await fetch(`${system.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await token()}` },
    body: JSON.stringify({ query: 'subscription { myHomestayOrdersChanged { sn } }' }),
  });
  expect(response.status).toBe(406);
  expect(await response.text()).toContain('graphql-transport-ws');
});

test('a GET can open a stream for a query and not for a mutation', async () => {
  const get = (query: string) =>
    fetch(`${system.url}/graphql/stream?${new URLSearchParams({ query })}`, {
      headers: { accept: 'text/event-stream' },
    });
  expect(await (await get('{ homestay(id: "1") { title } }')).text()).toContain(
    '"title":"Homestay 1"',
  );
  expect(
    await (
      await get('mutation { cancelHomestayOrder(input: { orderSn: "1" }) { __typename } }')
    ).text(),
  ).toContain('METHOD_NOT_ALLOWED');
});

test('a WebSocket opens at /graphql only', async () => {
  const { port } = new URL(system.url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(
    'GET /elsewhere HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n',
  );
  const [answer] = (await new Promise((resolve) =>
    socket.once('data', (data) => resolve([String(data)])),
  )) as [string];
  expect(answer).toMatch(/^HTTP\/1.1 404/);
  socket.destroy();
});

describe('in the single connection mode', () => {
  const stream = () => `${system.url}/graphql/stream`;
  const reserve = async (sub: string, exp: number | string = '5m') => {
    const headers = { authorization: `Bearer ${await token({ sub, exp })}` };
    const reserved = await fetch(stream(), { method: 'PUT', headers });
    const secret = { 'x-graphql-event-stream-token': await reserved.text() };
    const open = () => fetch(stream(), { headers: { ...secret, accept: 'text/event-stream' } });
    const begin = (operationId: string) =>
      fetch(stream(), {
        method: 'POST',
        headers: { ...secret, 'content-type': 'application/json' },
        body: JSON.stringify({
          query: 'subscription { myHomestayOrdersChanged { sn } }',
          extensions: { operationId },
        }),
      });
    const end = (operationId: string) =>
      fetch(`${stream()}?${new URLSearchParams({ operationId })}`, {
        method: 'DELETE',
        headers: secret,
      });
    return { open, begin, end };
  };

  test('each operation ends with an error when the token expires', async () => {
    const text = await afterExpiry(async (exp) => {
      const { open, begin } = await reserve('qian', exp);
      const response = await open();
      const begun = [await begin('a'), await begin('b')];
      const answered = await response.text();
      return begun.every(({ status }) => status === 202) && answered;
    });
    for (const id of ['a', 'b']) {
      expect(text).toMatch(new RegExp(`event: next\ndata: .*"id":"${id}".*UNAUTHENTICATED`));
      expect(text).toContain(`event: complete\ndata: {"id":"${id}"}\n\n`);
    }
  });

  test('operations are limited, their ids are unique, and one that ends leaves nothing open', async () => {
    await eventually(async () => (await openShared()) === 0);
    const { open, begin, end } = await reserve('qian');
    expect((await begin('early')).status).toBe(400);
    const response = await open();
    expect((await open()).status).toBe(409);
    for (const id of ['a', 'b', 'c']) expect((await begin(id)).status).toBe(202);
    expect((await begin('a')).status).toBe(409);
    expect(await (await begin('d')).text()).toContain('TOO_MANY_SUBSCRIPTIONS');
    expect(await metric('gateway_subscriptions{')).toBe(3);
    expect((await end('a')).status).toBe(200);
    await eventually(async () => (await metric('gateway_subscriptions{')) === 2);
    expect((await begin('d')).status).toBe(202);
    await response.body?.cancel();
    await eventually(async () => (await metric('gateway_subscriptions{')) === 0);
    expect((await begin('e')).status).toBe(404);
  });
});

test('a stream is refused when too many connections are open, and accepted when one has closed', async () => {
  const gateway = await startTestGateway({
    SUBSCRIPTION_CONNECTIONS: '1',
    ORDER_URL: 'http://127.0.0.1:1',
  });
  try {
    const subscribe = async (accept: string) => {
      const headers = {
        accept,
        'content-type': 'application/json',
        authorization: `Bearer ${await token()}`,
      };
      const body = JSON.stringify({ query: 'subscription { myHomestayOrdersChanged { sn } }' });
      return fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body });
    };
    const first = await subscribe('text/event-stream');
    expect((await subscribe('multipart/mixed')).status).toBe(503);
    await first.body?.cancel();
    await eventually(async () => {
      const next = await subscribe('text/event-stream');
      await next.body?.cancel();
      return next.status === 200;
    });
    const socket = await bareSocket('graphql-transport-ws', gateway.url);
    await expect(
      new Promise((_, reject) => {
        const second = new WebSocket(
          `${gateway.url.replace('http', 'ws')}/graphql`,
          'graphql-transport-ws',
        );
        second.once('error', reject);
      }),
    ).rejects.toThrow('503');
    socket.socket.terminate();
  } finally {
    await gateway.stop();
  }
});

test('a stream whose operation is refused gives its place back', async () => {
  const gateway = await startTestGateway({
    ...{ SUBSCRIPTION_CONNECTIONS: '2', SUBSCRIPTIONS_PER_USER: '1' },
    ORDER_URL: 'http://127.0.0.1:1',
  });
  const gone = new AbortController();
  const subscribe = async () =>
    fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      signal: gone.signal,
      headers: {
        accept: 'text/event-stream',
        'content-type': 'application/json',
        authorization: `Bearer ${await token()}`,
      },
      body: JSON.stringify({ query: 'subscription { myHomestayOrdersChanged { sn } }' }),
    });
  try {
    expect((await subscribe()).status).toBe(200);
    for (const _ of [1, 2, 3])
      expect(await (await subscribe()).text()).toContain('TOO_MANY_SUBSCRIPTIONS');
  } finally {
    gone.abort();
    await gateway.stop();
  }
});
