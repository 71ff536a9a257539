import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { signToken } from '../gateway/admission/sign-token.ts';
import { testDatabasePrefix, testMongoUri } from '../testing/database.ts';
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
  CLOSE_ORDER_AFTER: '5s',
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
  expect(await isReady(system.gatewayUrl)).toBe(true);
  expect(runningSystem(dataDir)?.gatewayUrl).toBe(system.gatewayUrl);
  expect(said).toContainEqual(expect.stringMatching(/^Catalogue: imported \d+ homestays/));
});

test('the commands that a newcomer is told to paste work', async () => {
  const text = await firstSteps(system.gatewayUrl, {});
  const [browse, book] = [...text.matchAll(/-d '(.*)'/g)].map(
    ([, body]) => JSON.parse(body as string).query,
  );
  const anna = await askAs('anna');
  expect(await anna(browse)).toMatchObject({ homestays: { nodes: [{}, {}, {}] } });
  expect(await anna(book)).toMatchObject({ createHomestayOrder: { state: 'WAIT_PAY' } });
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
