import { type IncomingMessage, request } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import WebSocket from 'ws';
import { eventually } from '../../testing/eventually.ts';
import { ordinarySdl, startOrdinarySubgraph } from '../../testing/gateway/ordinary-subgraph.ts';
import { startGatewayOf } from '../../testing/gateway/raw-subgraph.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const query = 'subscription { tick { n any } }';
type Payload = { data?: { tick: { n: number } }; errors?: { message: string }[] };

/** A client that has subscribed and reads nothing until it is let go. */
type Stalled = { readOn(): void; payloads(): Payload[]; hasEnded(): boolean };

async function overSocket(url: string): Promise<Stalled> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  stops.push(() => socket.terminate());
  const messages: { type: string; payload?: Payload }[] = [];
  socket.on('message', (data) => messages.push(JSON.parse(String(data))));
  await new Promise((resolve) => socket.once('open', resolve));
  socket.send('{"type":"connection_init"}');
  await eventually(() => messages.some(({ type }) => type === 'connection_ack'));
  socket.pause();
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
  return {
    readOn: () => socket.resume(),
    payloads: () => messages.flatMap(({ payload }) => payload ?? []),
    hasEnded: () => messages.some(({ type }) => type === 'complete'),
  };
}

const overHttp =
  (accept: string, read: (text: string) => Payload[]) =>
  async (url: string): Promise<Stalled> => {
    const headers = { accept, 'content-type': 'application/json' };
    const sent = request(`${url}/graphql`, { method: 'POST', headers });
    stops.push(() => sent.destroy());
    sent.end(JSON.stringify({ query }));
    const response = await new Promise<IncomingMessage>((resolve) =>
      sent.once('response', resolve),
    );
    const parts: string[] = [];
    let ended = false;
    return {
      readOn() {
        response.setEncoding('utf8').on('data', (part) => parts.push(part));
        response.on('end', () => {
          ended = true;
        });
      },
      payloads: () => read(parts.join('')),
      hasEnded: () => ended,
    };
  };

const ofEvents = (text: string): Payload[] =>
  Array.from(text.matchAll(/^data: (.+)$/gm), ([, json = '']) => JSON.parse(json));
const ofParts = (text: string): Payload[] =>
  Array.from(text.matchAll(/^\{.+\}$/gm), ([json]) => JSON.parse(json).payload ?? []).flat();

test.each([
  ['a WebSocket', overSocket],
  ['server-sent events', overHttp('text/event-stream', ofEvents)],
  ['multipart', overHttp('multipart/mixed;subscriptionSpec=1.0', ofParts)],
])(
  'SUBSCRIPTION_MAX_UNSENT over %s: who does not read gets what was sent, in order, and then the reason',
  async (_, subscribe) => {
    const subgraph = await startOrdinarySubgraph();
    stops.push(subgraph.stop);
    const gateway = await startGatewayOf(
      [{ name: 'clock', sdl: ordinarySdl.replace(/extend schema.*\n/, ''), url: subgraph.url }],
      // A client that reads nothing answers no heartbeat either.
      { SUBSCRIPTION_MAX_UNSENT: '10', SUBSCRIPTION_HEARTBEAT: '1h' },
    );
    stops.push(gateway.stop);
    const client = await subscribe(gateway.url);
    await eventually(() => subgraph.followers() === 1);
    const any = 'x'.repeat(100_000);
    let emitted = 0;
    await eventually(() => {
      if (subgraph.followers() === 0) return true;
      for (let more = 0; more < 10; more += 1) {
        emitted += 1;
        subgraph.emit({ n: emitted, any });
      }
      return false;
    }, 60_000);
    client.readOn();
    await eventually(client.hasEnded);
    const payloads = client.payloads();
    const numbers = payloads.flatMap(({ data }) => data?.tick.n ?? []);
    expect(numbers).toEqual(numbers.map((_n, i) => i + 1));
    expect(numbers.length).toBeGreaterThan(0);
    expect(numbers.length).toBeLessThan(emitted);
    expect(payloads.slice(numbers.length)).toEqual([
      {
        errors: [
          {
            message: 'More events came than you have taken. Subscribe again.',
            extensions: { code: 'SERVICE_UNAVAILABLE' },
          },
        ],
      },
    ]);
  },
  120_000,
);
