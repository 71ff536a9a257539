import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { signToken } from '../gateway/admission/sign-token.ts';
import { testDatabasePrefix, testMongoUri } from '../testing/database.ts';
import { eventually } from '../testing/eventually.ts';
import { firstResult } from '../testing/first-result.ts';
import { payOnPage } from '../testing/story.ts';
import { type Ask, askAt, isReady } from './ask.ts';
import { runningSystem, secretsOf } from './data-dir.ts';
import { firstSteps } from './first-steps.ts';
import { startEmbedded } from './start.ts';
import { playStory } from './story.ts';
import { anyPorts } from './system.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'homestay-start-'));
const env = {
  ...anyPorts,
  MONGODB_URI: testMongoUri(),
  DATABASE_PREFIX: testDatabasePrefix(),
  CLOSE_ORDER_AFTER: '12s',
  LOG_LEVEL: 'fatal',
};
const said: string[] = [];
let system: Awaited<ReturnType<typeof start>>;

const start = () => startEmbedded({ dataDir, env, say: (line) => said.push(line) });
const askAs = async (userId: string, roles: readonly string[] = []): Promise<Ask> =>
  askAt(system.gatewayUrl, await signToken(secretsOf(dataDir, {}), userId, roles));

beforeAll(async () => {
  system = await start();
});

afterAll(async () => {
  await system.stop();
  const client = await MongoClient.connect(env.MONGODB_URI);
  const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true });
  const ours = databases.filter(({ name }) => name.startsWith(env.DATABASE_PREFIX));
  await Promise.all(ours.map(({ name }) => client.db(name).dropDatabase()));
  await client.close();
  rmSync(dataDir, { recursive: true });
});

test('the whole system starts, can be found, and has a catalogue', async () => {
  // One look may take longer than it may, on a busy machine.
  await eventually(() => isReady(system.gatewayUrl));
  expect(runningSystem(dataDir)?.gatewayUrl).toBe(system.gatewayUrl);
  expect(said).toContainEqual(expect.stringMatching(/^Catalogue: imported \d+ homestays/));
});

test('the commands that a newcomer is told to paste work', async () => {
  const text = await firstSteps(system.gatewayUrl, {});
  const [browse, book, watch, pay, checkIn, comment] = [...text.matchAll(/-d '(.*)'/g)].map(
    ([, body]) => JSON.parse(body as string).query,
  );
  const [, hostId = ''] = /HOST_TOKEN=.* (\S+) host\)/.exec(text) ?? [];
  const anna = await askAs('anna');
  const host = await askAs(hostId, ['host']);
  expect(await anna(browse)).toMatchObject({ homestays: { nodes: [{}, {}, {}] } });
  type Booked = { createHomestayOrder: { sn: string; state: string } };
  const { createHomestayOrder: order } = await anna<Booked>(book);
  expect(order.state).toBe('WAIT_PAY');
  const withSn = (query: string) => query.replace('SN', order.sn);
  type Paid = { payHomestayOrder: { payUrl: string } };
  await payOnPage((await anna<Paid>(withSn(pay))).payHomestayOrder.payUrl);
  type Live = { homestayOrderStateChanged: { state: string; ticketCode: string } };
  const token = await signToken(secretsOf(dataDir, {}), 'anna', []);
  const { ticketCode } = await eventually(async () => {
    const { data } = await firstResult(system.gatewayUrl, {
      query: withSn(watch),
      variables: {},
      token,
    });
    const { homestayOrderStateChanged: seen } = data as Live;
    return seen.state === 'WAIT_USE' && seen;
  });
  const checkedIn = await host(withSn(checkIn).replace('CODE', ticketCode));
  expect(checkedIn).toMatchObject({ checkInGuest: { state: 'USED' } });
  expect(await anna(withSn(comment))).toMatchObject({ commentOnStay: { stars: 5 } });
});

test('the story of the demo goes as it should, from browsing to an order that closes itself', async () => {
  const told: string[] = [];
  await playStory({ askAs, say: (line) => told.push(line) });
  expect(told.filter((line) => /^\n\d\. /.test(line))).toHaveLength(8);
});

test('after a stop and a start everything is there, and nothing is imported again', async () => {
  const orders = async () => (await askAs('anna'))('{ myHomestayOrders { nodes { sn } } }');
  const before = await orders();
  await system.stop();
  said.length = 0;
  system = await start();
  expect(await orders()).toEqual(before);
  expect(said).toEqual([]);
});
