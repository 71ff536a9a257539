import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { request } from 'undici';
import WebSocket from 'ws';
import { createLog } from '../runtime/log.ts';
import { ask } from '../testing/client.ts';
import { type Malformed, malformedRequests } from '../testing/gateway/malformed-requests.ts';
import { startSmallSubgraph, startTestGateway } from '../testing/gateway/small-system.ts';

/** `MALFORMED_REQUESTS=100000 npm test -- gateway/malformed` sends as many. */
const count = Number(process.env.MALFORMED_REQUESTS ?? 1_500);
const atOnce = 16;

const faults: string[] = [];
const log = createLog('test', 'error', { write: (line) => void faults.push(line) });
const generous = {
  RATE_LIMIT_PER_ADDRESS: '1000000000000',
  OPERATIONS_PER_ADDRESS: '1000',
  SUBSCRIPTION_CONNECTIONS_PER_ADDRESS: '1000',
};

let gateway: Awaited<ReturnType<typeof startTestGateway>>;
const stops: (() => Promise<void>)[] = [];
beforeAll(async () => {
  const [travel, order, payment] = await Promise.all(
    (['travel', 'order', 'payment'] as const).map((name) => startSmallSubgraph(name)),
  );
  const urls = { TRAVEL_URL: travel?.url, ORDER_URL: order?.url, PAYMENT_URL: payment?.url };
  gateway = await startTestGateway({ ...(urls as Record<string, string>), ...generous }, log);
  stops.push(gateway.stop, ...[travel, order, payment].map((one) => async () => one?.stop()));
});
afterAll(async () => {
  for (const stop of stops) await stop();
});

/** What the gateway says; `reset` where it, or the client's own library, refuses to talk. */
const answers: {
  [Door in Malformed['door']]: (sent: Malformed & { door: Door }) => Promise<string>;
} = {
  async http({ method, path, headers, body }) {
    const signal = AbortSignal.timeout(10_000);
    const response = await request(gateway.url + path, {
      ...{ method: method as 'GET', headers, body, signal },
    });
    return `${response.statusCode} ${await response.body.text()}`;
  },
  async bytes({ text }) {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    let said = '';
    socket.on('data', (chunk) => {
      said += chunk;
    });
    socket.on('error', () => {});
    // What is not whole waits for its rest.
    socket.setTimeout(500, () => socket.destroy());
    socket.write(text);
    await new Promise((resolve) => socket.once('close', resolve));
    return said.replace(/^HTTP\/1.1 /, '');
  },
  async socket({ protocol, messages }) {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, protocol);
    let said = '';
    socket.on('message', (data) => {
      said += data;
    });
    const closed = new Promise<string>((resolve) =>
      socket.on('close', (code, reason) => resolve(`${code} ${reason} ${said}`)),
    );
    socket.on('error', () => {});
    await Promise.race([closed, new Promise((resolve) => socket.once('open', resolve))]);
    if (socket.readyState !== socket.OPEN) return closed;
    for (const message of messages) socket.send(message);
    // The pong comes after all that the messages are answered with at once.
    socket.once('pong', () => socket.close());
    socket.ping();
    return closed;
  },
};

/** Words that only a fault has which nobody has masked. */
const unmasked =
  /node_modules|\.ts:\d|TypeError|RangeError|Cannot read|is not a function|10\.0\.0\.7"|a secret/;

test('malformed requests over every door end nothing, are no faults of ours, and tell nothing', async () => {
  const sent = malformedRequests(20_261_127, count);
  const heard = { http: 0, bytes: 0, socket: 0, reset: 0 };
  const wrong: unknown[] = [];
  const sendSome = async () => {
    for (const one of sent) {
      const said = await answers[one.door](one as never).catch((error) => `reset ${error.code}`);
      heard[said.startsWith('reset') ? 'reset' : one.door] += 1;
      if (/^(500|4500|1011) /.test(said) || unmasked.test(said)) wrong.push([one, said]);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, sendSome));
  expect(wrong).toEqual([]);
  // The fault of the subgraph that one of the operations meets is the one there is.
  expect(faults.filter((line) => !line.includes('Something went wrong on our side'))).toEqual([]);
  expect(Math.min(heard.http, heard.bytes, heard.socket)).toBeGreaterThan(count / 20);
  expect(heard.reset).toBeLessThan(count / 4);
  const { data } = await ask<object>(gateway.url, '{ homestay(id: "1") { title } }');
  expect(data).toEqual({ homestay: { title: 'Homestay 1' } });
}, 1_800_000);
