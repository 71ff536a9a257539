import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { breaker } from '../../runtime/breaker.ts';
import { testDatabasePrefix, testMongoUri } from '../../testing/database.ts';
import { eventually } from '../../testing/eventually.ts';
import { startProxy, type TestProxy } from '../../testing/proxy.ts';
import { sharedLimiter } from './shared-limiter.ts';

const limit = { keyPrefix: 'user', points: 100, duration: 600 };
/** Longer than any answer of a database that does answer, however busy the machine is. */
const patienceMs = 3_000;
let proxy: TestProxy;
let client: MongoClient;
/** How often the database was asked for something. */
let asked = 0;
beforeEach(async () => {
  const uri = new URL(testMongoUri());
  proxy = await startProxy(Number(uri.port));
  uri.port = String(proxy.port);
  // The driver itself waits without end for what hangs.
  client = new MongoClient(String(uri), { heartbeatFrequencyMS: 600_000 });
  await client.connect();
  client.on('connectionCheckOutStarted', () => {
    asked += 1;
  });
});
afterEach(async () => {
  proxy.thaw();
  await client.db(name).dropDatabase();
  await client.close();
  await proxy.stop();
});
const name = `${testDatabasePrefix()}limits`;

const limiterThatPauses = async (pauseMs: number) => {
  const circuit = breaker({ failures: 1, pauseMs });
  const memory = new RateLimiterMemory(limit);
  const now = () => performance.now();
  const limiter = sharedLimiter({ db: client.db(name), limit, memory, circuit, patienceMs, now });
  await limiter.consume('ana', 30);
  const counts = client.db(name).collection('rate_limits');
  await eventually(async () => (await counts.indexes()).length === 3);
  asked = 0;
  return async (weight: number) => (await limiter.consume('ana', weight)).remainingPoints;
};

test('a database that hangs is asked once, and its gateway counts meanwhile', async () => {
  const charge = await limiterThatPauses(600_000);
  proxy.freeze();
  expect([await charge(10), await charge(10), await charge(10)]).toEqual([90, 80, 70]);
  expect(asked).toBe(1);
});

test('after the pause a database that answers again counts for all', async () => {
  const charge = await limiterThatPauses(0);
  proxy.freeze();
  expect(await charge(10)).toBe(90);
  proxy.thaw();
  // What was sent meanwhile counts too: 30 and 10 of before, and what is charged here.
  await eventually(async () => (await charge(1)) < 60);
});

test('who has used up all has an answer of the database, which is not left alone for it', async () => {
  const charge = await limiterThatPauses(600_000);
  await expect(charge(90)).rejects.toMatchObject({ remainingPoints: 0 });
  await expect(charge(1)).rejects.toMatchObject({ remainingPoints: 0 });
  expect(asked).toBe(2);
});
