import { afterEach, expect, test } from '@jest/globals';
import WebSocket from 'ws';
import { eventually } from '../../../testing/eventually.ts';
import {
  type OrdinarySubgraph,
  ordinarySdl,
  startOrdinarySubgraph,
} from '../../../testing/gateway/ordinary-subgraph.ts';
import { startGatewayOf } from '../../../testing/gateway/raw-subgraph.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const sdl = ordinarySdl.replace(/extend schema.*\n/, '');
type Message = { type: string; id?: string; payload?: unknown };

/** A socket over which several messages can be sent as one packet. */
async function connected(): Promise<{
  subgraph: OrdinarySubgraph;
  received: Message[];
  send(...messages: Message[]): void;
  socket: WebSocket;
}> {
  const subgraph = await startOrdinarySubgraph();
  stops.push(subgraph.stop);
  const gateway = await startGatewayOf([{ name: 'clock', sdl, url: subgraph.url }]);
  stops.push(gateway.stop);
  const socket = new WebSocket(
    `${gateway.url.replace('http', 'ws')}/graphql`,
    'graphql-transport-ws',
  );
  stops.push(() => socket.terminate());
  const received: Message[] = [];
  socket.on('message', (data) => received.push(JSON.parse(String(data))));
  const wire = new Promise<{ cork(): void; uncork(): void }>((resolve) =>
    socket.once('upgrade', (response) => resolve(response.socket)),
  );
  await new Promise((resolve) => socket.once('open', resolve));
  const { cork, uncork } = await wire.then((it) => ({
    cork: () => it.cork(),
    uncork: () => it.uncork(),
  }));
  const send = (...messages: Message[]) => {
    cork();
    for (const message of messages) socket.send(JSON.stringify(message));
    uncork();
  };
  send({ type: 'connection_init' });
  await eventually(() => received.length === 1);
  return { subgraph, received, send, socket };
}

const subscribe = (of: string): Message => ({
  type: 'subscribe',
  id: '1',
  payload: { query: `subscription { tick(of: "${of}") { n } }` },
});
const complete: Message = { type: 'complete', id: '1' };
const next = { id: '1', type: 'next', payload: { data: { tick: { n: 1 } } } };

test('an id that is used again before its first operation has begun is that of the last alone', async () => {
  const { subgraph, received, send, socket } = await connected();
  send(...['a', 'b', 'c'].flatMap((of) => [subscribe(of), complete]), subscribe('d'));
  await eventually(() => subgraph.followers() > 0);
  send({ type: 'subscribe', id: '2', payload: { query: '{ ready }' } });
  await eventually(() => received.some(({ id, type }) => id === '2' && type === 'complete'));
  subgraph.emit({ n: 1 });
  await eventually(() => received.some(({ id }) => id === '1'));
  expect(subgraph.followers()).toBe(1);
  expect(received.filter(({ id }) => id === '1')).toEqual([next]);
  socket.close();
  await eventually(() => subgraph.followers() === 0);
});

test('an id that is used again while its operation ends is not ended with that', async () => {
  const { subgraph, received, send } = await connected();
  send(subscribe('a'));
  await eventually(() => subgraph.followers() === 1);
  send(complete, subscribe('b'));
  send({ type: 'subscribe', id: '2', payload: { query: '{ ready }' } });
  await eventually(() => received.some(({ id, type }) => id === '2' && type === 'complete'));
  await eventually(() => subgraph.followers() === 1);
  subgraph.emit({ n: 1 });
  await eventually(() => received.some(({ id }) => id === '1'));
  expect(received.filter(({ id }) => id === '1')).toEqual([next]);
  send(complete);
  await eventually(() => subgraph.followers() === 0);
});

test('what is refused under an id is not told of the next operation with it', async () => {
  const { subgraph, received, send } = await connected();
  const wrong = { ...subscribe('a'), payload: { query: 'subscription { tock }' } };
  send(wrong, complete, subscribe('b'));
  await eventually(() => subgraph.followers() === 1);
  subgraph.emit({ n: 1 });
  await eventually(() => received.some(({ id }) => id === '1'));
  expect(received.filter(({ id }) => id === '1')).toEqual([next]);
});
