import { afterEach, expect, test } from '@jest/globals';
import { eventually } from '../../testing/eventually.ts';
import { startRawSocketSubgraph } from '../../testing/gateway/raw-socket-subgraph.ts';
import type { UpstreamEnd } from './upstream.ts';
import { websocketUpstream } from './upstream-websocket.ts';

const pings = { everyMs: 20, withinMs: 100 };
const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** Subscribes at a subgraph that answers no ping, and sends so many events. */
async function subscribeAtOneWithoutPongs(events: number) {
  const subgraph = await startRawSocketSubgraph(
    ({ type, id }, send) => {
      if (type !== 'subscribe') return;
      let sent = 0;
      const timer = setInterval(() => {
        send({ type: 'next', id: id as string, payload: { data: { ready: true } } });
        sent += 1;
        if (sent === events) clearInterval(timer);
      }, 10);
      stops.push(() => clearInterval(timer));
    },
    { pongs: false },
  );
  stops.push(subgraph.stop);
  const upstream = websocketUpstream(
    subgraph.url.replace('http', 'ws'),
    async () => 'Bearer',
    pings,
  );
  stops.push(upstream.stop);
  const seen = { events: 0, end: undefined as UpstreamEnd | undefined };
  upstream.subscribe(
    { query: 'subscription { ready }', variables: {}, extensions: { authorization: '', seen: {} } },
    {
      onOpen() {},
      next() {
        seen.events += 1;
      },
      end(how) {
        seen.end = how;
      },
    },
  );
  return seen;
}

test('a subgraph that sends more events than it has time for pings is not left', async () => {
  const seen = await subscribeAtOneWithoutPongs(50);
  await eventually(() => seen.events === 50);
  expect(seen.end).toBeUndefined();
});

test('one that has nothing to send any more, and answers no ping, is left', async () => {
  const seen = await subscribeAtOneWithoutPongs(3);
  await eventually(() => seen.end);
  expect(seen).toEqual({ events: 3, end: { lost: expect.anything() } });
});
