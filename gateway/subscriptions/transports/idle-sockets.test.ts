import { afterAll, beforeAll, expect, test } from '@jest/globals';
import WebSocket from 'ws';
import { startGatewayOf, startRawSubgraph } from '../../../testing/gateway/raw-subgraph.ts';
import { token } from '../../../testing/tokens.ts';

let answer = () => {};
const answered = new Promise<void>((resolve) => {
  answer = resolve;
});
let url: string;
const stops: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  const subgraph = await startRawSubgraph(async () => {
    await answered;
    return '{"data":{"a":"here","__typename":"Query"}}';
  });
  const gateway = await startGatewayOf(
    [{ name: 'one', url: subgraph.url, sdl: 'type Query { a: String }' }],
    { SUBSCRIPTION_IDLE_TIMEOUT: '1s', SUBSCRIPTION_INIT_TIMEOUT: '60s' },
  );
  stops.push(subgraph.stop, gateway.stop);
  url = gateway.url.replace('http', 'ws');
});
afterAll(async () => {
  answer();
  for (const stop of stops.reverse()) await stop();
});

/** A socket that is acknowledged. Its messages come after one another. */
async function connected(payload: object = {}) {
  const socket = new WebSocket(`${url}/graphql`, 'graphql-transport-ws');
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  const send = (message: object) => socket.send(JSON.stringify(message));
  const next = () =>
    Promise.race([
      closed,
      new Promise((resolve) =>
        socket.once('message', (data) => resolve(JSON.parse(String(data)).type)),
      ),
    ]);
  await new Promise((resolve) => socket.once('open', resolve));
  const acknowledged = next();
  send({ type: 'connection_init', payload });
  expect(await acknowledged).toBe('connection_ack');
  return { socket, closed, send, next };
}

test('a socket is idle that is nobody’s, while no operation runs over it', async () => {
  const signedIn = await connected({ authorization: `Bearer ${await token()}` });
  const running = await connected();
  running.send({ id: '1', type: 'subscribe', payload: { query: '{ a }' } });
  const result = running.next();
  // What has been idle for less time closes: so would have those before it.
  expect(await (await connected()).closed).toBe(4408);
  const alive = signedIn.next();
  signedIn.send({ type: 'ping' });
  expect(await alive).toBe('pong');
  answer();
  expect(await result).toBe('next');
  expect(await running.closed).toBe(4408);
  signedIn.socket.terminate();
});

test.each([
  ['is nested too deep', `${'['.repeat(1_500)}${']'.repeat(1_500)}`],
  ['has too many members and elements', `[${'1,'.repeat(25_000)}1]`],
])('a message that %s is not even parsed', async (excess, payload) => {
  const { socket } = await connected();
  const reason = new Promise((resolve) =>
    socket.once('close', (code, reason) => resolve([code, String(reason)])),
  );
  socket.send(`{"type":"ping","payload":{"a":${payload}}}`);
  expect(await reason).toEqual([4400, `The message ${excess}`]);
});
