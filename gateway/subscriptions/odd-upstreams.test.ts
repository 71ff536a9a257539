import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { callerSigner } from '../../runtime/caller.ts';
import { eventually } from '../../testing/eventually.ts';
import {
  type OnMessage,
  type SocketMessage,
  startRawSocketSubgraph,
} from '../../testing/gateway/raw-socket-subgraph.ts';
import { startGatewayOf } from '../../testing/gateway/raw-subgraph.ts';
import { serve } from '../../testing/serve.ts';
import { socketClient, watch } from '../../testing/socket-client.ts';
import { secrets } from '../../testing/tokens.ts';
import { keepOpen } from './keep-open.ts';
import type { UpstreamEnd } from './upstream.ts';
import { websocketUpstream } from './upstream-websocket.ts';

const sdl =
  'type Query { ready: Boolean } type Subscription { tick: Tick } type Tick { n: Int text: String }';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});
const started = async <T extends { stop: () => unknown }>(starting: Promise<T>) => {
  const it = await starting;
  stops.push(it.stop);
  return it;
};

/** What a client receives that subscribes by a gateway. */
async function watching(url: string, settings: Record<string, string> = {}) {
  const gateway = await started(startGatewayOf([{ name: 'clock', sdl, url }], settings));
  const client = await socketClient(gateway.url);
  stops.push(() => client.dispose());
  return watch<{ tick: { n: number } }>(client, { query: 'subscription { tick { n } }' });
}

const lost = {
  errors: [
    {
      message: 'The connection to the clock service was lost, and events with it. Subscribe again.',
      extensions: { code: 'SERVICE_UNAVAILABLE' },
    },
  ],
};
const tick = (id: string | undefined, n: number, more = ''): string =>
  `{"id":${JSON.stringify(id)},"type":"next","payload":{"data":{"tick":{"n":${n}}}${more}}}`;

describe('a subgraph by WebSocket', () => {
  const overSocket = async (onSubscribe: OnMessage) => {
    let subscribed = 0;
    const subgraph = await started(
      startRawSocketSubgraph((message, send, socket) => {
        if (message.type !== 'subscribe') return;
        subscribed += 1;
        onSubscribe(message, send, socket);
      }),
    );
    const watched = await watching(subgraph.url);
    return { watched, count: () => subscribed };
  };

  test.each([1000, 1001, 1011, 4400])('that closes with %i ends with a reason', async (code) => {
    const { watched, count } = await overSocket(({ id }, send, socket) => {
      send(tick(id, 1));
      socket.close(code);
    });
    await eventually(() => watched.completed);
    expect([watched.results, count()]).toEqual([[{ data: { tick: { n: 1 } } }, lost], 1]);
  });

  test.each([
    '"x"',
    '{}',
    '[]',
    'null',
    '{"type":"update"}',
    '{"key":"a","version":"7"}',
    '{"key":"a","version":1e400}',
    '{"key":5,"version":1}',
  ])('may send `change` %s, which is no position: its events are events', async (change) => {
    const { watched, count } = await overSocket(({ id }, send, socket) => {
      for (const n of [1, 2]) send(tick(id, n, `,"extensions":{"change":${change}}`));
      socket.close(1001);
    });
    await eventually(() => watched.completed);
    const [first, second] = [1, 2].map((n) => ({ data: { tick: { n } } }));
    expect([watched.results, count()]).toEqual([[first, second, lost], 1]);
  });

  const unbelieved = [
    { message: 'the signature is not valid', extensions: { code: 'UNAUTHENTICATED' } },
  ];
  test.each<[string, (message: SocketMessage) => SocketMessage]>([
    ['an error', ({ id = '' }) => ({ id, type: 'error', payload: unbelieved })],
    ['an event', ({ id = '' }) => ({ id, type: 'next', payload: { errors: unbelieved } })],
  ])('that does not believe the gateway is away: it says so by %s', async (_, answer) => {
    const { watched } = await overSocket((message, send) => send(answer(message)));
    await eventually(() => watched.completed);
    expect(watched.results).toEqual([lost]);
  });

  test('that refuses it and sends events all the same has them left out', async () => {
    const no = [{ message: 'no', extensions: { code: 'FORBIDDEN' } }];
    const { watched } = await overSocket(({ id = '' }, send) => {
      send({ id, type: 'error', payload: no });
      send(tick(id, 1));
    });
    await eventually(() => watched.completed);
    expect(watched.results).toEqual([{ errors: no }]);
  });

  test('whose URL has a fragment is subscribed to', async () => {
    const subgraph = await started(
      startRawSocketSubgraph(({ type, id }, send) => {
        if (type === 'subscribe') send(tick(id, 1));
      }),
    );
    const watched = await watching(`${subgraph.url}#here`);
    await eventually(() => watched.results.length > 0);
    expect(watched.results).toEqual([{ data: { tick: { n: 1 } } }]);
  });

  test('that never accepts the connection is given up', async () => {
    const { url, stop } = await startRawSocketSubgraph(() => {}, { acknowledges: false });
    stops.push(stop);
    const upstream = websocketUpstream(
      url.replace('http', 'ws'),
      callerSigner(secrets.SERVICE_SECRET),
    );
    stops.push(upstream.stop);
    const ended = await new Promise<UpstreamEnd>((end) => {
      const extensions = { authorization: '', seen: {} };
      const request = { query: 'subscription { tick { n } }', variables: {}, extensions };
      upstream.subscribe(request, { onOpen() {}, next() {}, end });
    });
    expect(ended).toHaveProperty('lost');
  });
});

test('a subscription that could not be opened ends, however long each try took', async () => {
  let [now, tries] = [Date.now(), 0];
  const { now: clock } = Date;
  Date.now = () => now;
  try {
    const why = await new Promise((onEnd) =>
      keepOpen({
        open(sink) {
          tries += 1;
          now += 10_000;
          sink.end({ lost: new Error('no answer') });
          return () => {};
        },
        onEvent() {},
        hasPositions: () => false,
        isFinal: () => false,
        onEnd,
      }),
    );
    expect([why, tries]).toEqual([{ step: 'end', because: 'unavailable' }, 5]);
  } finally {
    Date.now = clock;
  }
});

describe('a subgraph by server-sent events', () => {
  const overStream = async (onSubscribe: (response: ServerResponse) => void) => {
    const { url } = await started(serve((_request, response) => onSubscribe(response)));
    const override = { subscriptionProtocol: 'graphql-sse', subscriptionUrl: `${url}/stream` };
    return watching(`${url}/graphql`, { SUBGRAPHS: JSON.stringify({ clock: override }) });
  };
  const stream = { 'content-type': 'text/event-stream' };

  test('that leads elsewhere is not followed', async () => {
    let asked = 0;
    const elsewhere = await started(
      serve((_request, response) => {
        asked += 1;
        response.writeHead(200, stream).end('event: complete\ndata: \n\n');
      }),
    );
    const watched = await overStream((response) =>
      response.writeHead(307, { location: elsewhere.url }).end(),
    );
    await eventually(() => watched.completed);
    expect(watched.results[0]?.errors?.[0]?.extensions).toEqual({ code: 'SERVICE_UNAVAILABLE' });
    expect(asked).toBe(0);
  });

  test('that sends an event of endless lines is left, and it ends with a reason', async () => {
    let isLeft = false;
    const line = `data: ${'x'.repeat(9_000)}\n`;
    const watched = await overStream((response) => {
      response.writeHead(200, stream).write('event: next\n');
      response.on('close', () => {
        isLeft = true;
      });
      const more = () => {
        if (!isLeft) response.write(line, more);
      };
      more();
    });
    await eventually(() => watched.completed && isLeft);
    expect(watched.results).toEqual([lost]);
  });

  test('that sends what is of a single connection ends with a reason, for nobody would take it', async () => {
    const watched = await overStream((response) => {
      const next = '{"id":"1","payload":{"data":{"tick":{"n":1}}}}';
      response.writeHead(200, stream).write(`event: next\ndata: ${next}\n\n`);
    });
    await eventually(() => watched.completed);
    expect(watched.results).toEqual([lost]);
  });

  test.each([1, 2, 3, 7])('has events read that come in parts of %i bytes', async (size) => {
    const text = `event: next\r\ndata: {"data":{"tick":{"n":1}}}\r\n\r\nevent: next
data: {"data":\ndata: {"tick":{"n":2}}}\n\nevent: complete\ndata: \n\n`;
    const watched = await overStream((response) => {
      response.writeHead(200, stream);
      const send = (from: number) => {
        if (from >= text.length) response.end();
        else response.write(text.slice(from, from + size), () => send(from + size));
      };
      send(0);
    });
    await eventually(() => watched.completed);
    expect(watched.results).toEqual([1, 2].map((n) => ({ data: { tick: { n } } })));
  });
});
