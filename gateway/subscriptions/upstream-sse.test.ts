import type { ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { afterEach, expect, jest, test } from '@jest/globals';
// @ts-expect-error undici describes no types of its own clock
import timers from 'undici/lib/util/timers.js';
import { eventually } from '../../testing/eventually.ts';
import { serve } from '../../testing/serve.ts';
import type { UpstreamEnd, UpstreamEvent } from './upstream.ts';
import { sseUpstream } from './upstream-sse.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  jest.restoreAllMocks();
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** Subscribes at a subgraph that answers with a stream. */
async function subscribeAt(answer: (response: ServerResponse) => void) {
  const subgraph = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    answer(response);
  });
  stops.push(subgraph.stop);
  const upstream = sseUpstream(subgraph.url, async () => 'Bearer');
  stops.push(upstream.stop);
  const seen = {
    opened: 0,
    events: [] as UpstreamEvent[],
    end: undefined as UpstreamEnd | undefined,
  };
  const leave = upstream.subscribe(
    { query: 'subscription { n }', variables: {}, extensions: { authorization: '', seen: {} } },
    {
      onOpen() {
        seen.opened += 1;
      },
      next: (event) => void seen.events.push(event),
      end(how) {
        seen.end ??= how;
      },
    },
  );
  return Object.assign(seen, { leave });
}

const event = (n: number) => `event: next\ndata: {"data":{"n":${n}}}\n\n`;
const events = (to: number) => Array.from({ length: to }, (_, at) => ({ data: { n: at + 1 } }));

test.each([
  ['an event of another name', 'event: ping\ndata: {"at":1}\n\n'],
  ['one that is called as those without a name', 'event: message\ndata: 1\n\n'],
  ['a comment, an id and a time', ': hello\n\nid: 7\nretry: 10\n\n'],
])('%s is ignored', async (_, ignored) => {
  const seen = await subscribeAt((response) =>
    response.end(`\uFEFF${event(1)}${ignored}${event(2)}event: complete\ndata:\n\n`),
  );
  await eventually(() => seen.end);
  expect(seen).toMatchObject({ opened: 1, events: events(2), end: { completed: true } });
});

test('a stream of another protocol, whose events have no names, ends with a reason', async () => {
  const seen = await subscribeAt((response) => response.write('data: {"data":{"n":1}}\n\n'));
  await eventually(() => seen.end);
  expect(seen).toMatchObject({ events: [], end: { lost: expect.anything() } });
});

test('one that ends without a word after many events ends with a reason', async () => {
  const many = events(500);
  const seen = await subscribeAt((response) =>
    response.end(many.map(({ data }) => event(data.n)).join('')),
  );
  await eventually(() => seen.end);
  expect(seen).toMatchObject({ events: many, end: { lost: expect.anything() } });
});

test('one that is quiet for an hour goes on', async () => {
  let response: ServerResponse | undefined;
  const seen = await subscribeAt((opened) => {
    response = opened;
    opened.write(event(1));
  });
  await eventually(() => seen.events.length === 1);
  // On the clock by which undici ends what takes too long.
  for (let minutes = 0; minutes < 60; minutes += 1) timers.tick(60_000);
  response?.write(event(2));
  await eventually(() => seen.events.length === 2 || seen.end);
  expect(seen).toMatchObject({ events: events(2), end: undefined });
});

test('TCP looks after who is quiet, every ten seconds', async () => {
  const asked = jest.spyOn(Socket.prototype, 'setKeepAlive');
  const seen = await subscribeAt((response) => response.flushHeaders());
  await eventually(() => seen.opened === 1);
  expect(asked.mock.calls).toContainEqual([true, 10_000]);
});

test('a subgraph that is left has its connection closed', async () => {
  let isClosed = false;
  const seen = await subscribeAt((response) => {
    response.write(event(1));
    response.on('close', () => {
      isClosed = true;
    });
  });
  await eventually(() => seen.events.length === 1);
  seen.leave();
  await eventually(() => isClosed);
});
