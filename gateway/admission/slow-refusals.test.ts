import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import WebSocket from 'ws';
import { clientError } from '../../runtime/errors.ts';
import { ask } from '../../testing/client.ts';
import { startGatewayOf, startRawSubgraph } from '../../testing/gateway/raw-subgraph.ts';
import { token } from '../../testing/tokens.ts';
import type { QuotaKey } from './rate-limit.ts';
import { type RefusalSettings, slowRefusals } from './slow-refusals.ts';

const wrong = clientError('BAD_REQUEST', 'wrong');
const ana = { kind: 'user' as const, key: 'ana' };
const limits = { RATE_LIMIT_PER_USER: 1_000_000, RATE_LIMIT_PER_ADDRESS: 500_000 };
const isWaitedFor = (told: boolean | Promise<boolean>) => typeof told !== 'boolean';

test('of one caller so many refusals are told at once, and a tenth of it more each second', () => {
  let now = 0;
  const late = slowRefusals({ ...limits, REFUSALS_AT_ONCE: 20 }, () => now);
  const refuse = (times: number, caller: QuotaKey = ana) =>
    Array.from({ length: times }, () => isWaitedFor(late(caller, wrong))).filter((waits) => !waits);
  expect(refuse(30)).toHaveLength(20);
  now += 1_000;
  expect(refuse(30)).toHaveLength(2);
  now += 60_000;
  expect(refuse(30)).toHaveLength(20);
  expect(late({ ...ana, kind: 'address' }, wrong)).toBe(true);
});

test('who may send more is refused more often before it is late', () => {
  const atOnce = (caller: QuotaKey, settings: RefusalSettings) => {
    const late = slowRefusals(settings);
    const told = Array.from({ length: 90 }, () => late(caller, wrong));
    return told.filter((one) => !isWaitedFor(one)).length;
  };
  const address = { ...ana, kind: 'address' as const };
  expect([atOnce(ana, limits), atOnce(address, limits)]).toEqual([20, 10]);
  expect(atOnce(ana, { ...limits, RATE_LIMIT_PER_USER: 1_000_000_000 })).toBe(90);
  expect(atOnce(ana, { ...limits, RATE_LIMIT_PER_USER: 1 })).toBe(1);
});

test('what no client has caused is told at once, and what is too much never', () => {
  const late = slowRefusals({ ...limits, REFUSALS_AT_ONCE: 1 });
  expect(late(ana, wrong)).toBe(true);
  expect(isWaitedFor(late(ana, wrong))).toBe(true);
  expect(late(ana, clientError('SERVICE_UNAVAILABLE', 'away'))).toBe(true);
  expect(late(ana, new Error('a fault'))).toBe(true);
  const seldom = { ...ana, key: 'ben' };
  expect(isWaitedFor(late(seldom, clientError('TOO_MANY_REQUESTS', 'wait')))).toBe(true);
});

test('of one caller a hundred wait, more are cut; of all a thousand, more are told at once', async () => {
  const late = slowRefusals({ ...limits, REFUSALS_AT_ONCE: 1 });
  const told = (key: string) => Array.from({ length: 201 }, () => late({ ...ana, key }, wrong));
  const all = Array.from({ length: 11 }, (_, n) => told(`user ${n}`));
  expect(all[0]?.map((one) => (isWaitedFor(one) ? 'waits' : one))).toEqual([
    ...[true, ...Array(100).fill('waits'), ...Array(100).fill(false)],
  ]);
  expect(all[10]).toEqual(Array(201).fill(true));
  await Promise.all(all.flat());
  expect(isWaitedFor(late(ana, wrong))).toBe(false);
  expect(isWaitedFor(late(ana, wrong))).toBe(true);
});

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function start(settings: Record<string, string>) {
  const subgraph = await startRawSubgraph(() => '{"data":{"a":"here","__typename":"Query"}}');
  const declared = [{ name: 'one', url: subgraph.url, sdl: 'type Query { a: String }' }];
  const gateway = await startGatewayOf(declared, settings);
  stops.push(subgraph.stop, gateway.stop);
  return gateway.url;
}

/** What is sent over a connection of its own, and what comes until it is closed. */
function raw(url: string, text: string): Promise<string> {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  let said = '';
  socket.on('data', (part) => {
    said += part;
  });
  socket.on('error', () => {});
  socket.write(text);
  return new Promise((resolve) => socket.once('close', () => resolve(said)));
}

const forged =
  'GET /graphql?query={a} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n' +
  'authorization: Bearer x\r\n\r\n';

test('who is refused again and again waits or is cut, and users of the same address do not', async () => {
  const url = await start({ REFUSALS_AT_ONCE: '2' });
  const ended: string[] = [];
  const strangers = Array.from({ length: 300 }, async () => {
    const said = await raw(url, forged);
    ended.push(said.slice(9, 12) || 'cut');
  });
  while (ended.length < 2) await new Promise(setImmediate);
  const { status } = await ask(url, '{ nothing }', { token: await token() });
  ended.push(`user ${status}`);
  await Promise.all(strangers);
  expect(new Set(ended)).toEqual(new Set(['401', 'cut', 'user 400']));
  expect(ended.filter((one) => one === '401').length).toBeGreaterThanOrEqual(102);
  expect(ended.at(-1)).toBe('401');
});

test('over a WebSocket as well: who is refused again and again waits, or is cut', async () => {
  const url = await start({ REFUSALS_AT_ONCE: '1', SUBSCRIPTIONS_PER_CONNECTION: '200' });
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const closed = once(socket, 'close');
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  await once(socket, 'message');
  for (let id = 0; id < 150; id += 1)
    socket.send(JSON.stringify({ type: 'subscribe', id: `${id}`, payload: { query: '{ no }' } }));
  const [code] = await closed;
  expect(code).toBe(1006);
});
