import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { isAlive, ourselves } from '../process-identity.ts';
import { cacheDirectory } from './cache.ts';
import { runningServer } from './data-directory.ts';
import { mongod } from './mongod.ts';
import { findMongo, type Mongo, openMongo } from './open-mongo.ts';
import { rustVersion } from './secantusdb.ts';

const { MONGODB_URI: _notForTests, ...env } = process.env;
let dataDir: string;
let opened: Mongo[];
let said: string[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'homestay-mongodb-'));
  opened = [];
  said = [];
});

afterEach(async () => {
  await Promise.all(opened.map(({ stop }) => stop().catch(() => {})));
  rmSync(dataDir, { recursive: true, force: true });
});

/** Opens on this test's directory, with what is on this machine; stopped after the test. */
async function open(changed: NodeJS.ProcessEnv = {}, cacheDir = cacheDirectory()): Promise<Mongo> {
  const say = (line: string) => said.push(line);
  const mongo = await openMongo({ dataDir, cacheDir, env: { ...env, ...changed }, say });
  opened.push(mongo);
  return mongo;
}

const inside = (name: string): string => join(dataDir, 'mongodb', name);
const record = () => JSON.parse(readFileSync(inside('server.json'), 'utf8'));
const ownerWasKilled = () =>
  writeFileSync(
    inside('server.json'),
    JSON.stringify({ ...record(), owner: { pid: 1, began: 'long ago' } }),
  );

async function withClient<T>(uri: string, use: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = await MongoClient.connect(uri);
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

const ordersOf = (client: MongoClient) => client.db('shop').collection('orders');
const placeOrder = (uri: string, sn: string) =>
  withClient(uri, (client) =>
    ordersOf(client).insertOne({ sn }, { writeConcern: { w: 'majority', journal: true } }),
  );
const ordersAt = (uri: string) => withClient(uri, (client) => ordersOf(client).distinct('sn'));

async function until(condition: () => boolean): Promise<void> {
  for (const limit = Date.now() + 20_000; !condition(); await sleep(20)) {
    if (Date.now() > limit) throw new Error('it did not come about within 20 s');
  }
}

test('MONGODB_URI is taken as it is', async () => {
  const { uri } = await open({ MONGODB_URI: 'mongodb://db.example/?replicaSet=rs0' });
  expect(uri).toBe('mongodb://db.example/?replicaSet=rs0');
  expect(existsSync(inside('engine'))).toBe(false);
});

test('an embedded server takes transactions, and what was written is there after a stop and a start', async () => {
  const first = await open();
  await withClient(first.uri, (client) =>
    client.withSession((session) =>
      session.withTransaction(() => ordersOf(client).insertOne({ sn: 'HSO1' }, { session })),
    ),
  );
  await first.stop();
  const { uri } = await open();
  expect(await ordersAt(uri)).toEqual(['HSO1']);
});

test('what was acknowledged survives a kill -9 of the server and of its owner', async () => {
  const { uri } = await open();
  await placeOrder(uri, 'HSO1');
  const { server } = record();
  process.kill(server.pid, 'SIGKILL');
  await until(() => !isAlive(server));
  ownerWasKilled();
  const again = await open();
  expect(await ordersAt(again.uri)).toEqual(['HSO1']);
});

test('a server that ends by itself is noticed', async () => {
  const mongo = await open();
  const failed = new Promise<void>((told) => mongo.onFailure(told));
  process.kill(record().server.pid, 'SIGKILL');
  await failed;
});

test('a server ends when its owner is killed', async () => {
  const script = fileURLToPath(new URL('./open-mongo.child.ts', import.meta.url));
  const owner = spawn(process.execPath, ['--import', 'tsx', script, dataDir], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [uri] = await once(createInterface({ input: owner.stdout }), 'line');
  await placeOrder(uri, 'HSO1');
  const { server } = record();
  owner.kill('SIGKILL');
  await until(() => !isAlive(server));
  const again = await open();
  expect(await ordersAt(again.uri)).toEqual(['HSO1']);
});

test('a server that was left behind is ended by the next start', async () => {
  const { uri } = await open();
  await placeOrder(uri, 'HSO1');
  const { server } = record();
  ownerWasKilled();
  const again = await open();
  expect(isAlive(server)).toBe(false);
  expect(said).toContainEqual(expect.stringContaining(`ending server ${server.pid}`));
  expect(await ordersAt(again.uri)).toEqual(['HSO1']);
});

test('a data directory is used by one process at a time, and others can find its server', async () => {
  const { uri } = await open();
  expect((await findMongo({ dataDir, cacheDir: cacheDirectory(), env, say: () => {} })).uri).toBe(
    uri,
  );
  await expect(open()).rejects.toThrow(`in use by process ${process.pid}`);
  await opened[0]?.stop();
  expect(runningServer(dataDir)).toBeUndefined();
});

test('a number that was given to another process since is not taken for the server', async () => {
  mkdirSync(inside(''), { recursive: true });
  const gone = { pid: process.pid, began: 'long ago' };
  writeFileSync(
    inside('server.json'),
    JSON.stringify({ owner: gone, server: gone, uri: 'mongodb://127.0.0.1:1/' }),
  );
  expect(runningServer(dataDir)).toBeUndefined();
  await open();
  expect(isAlive(ourselves())).toBe(true);
});

test('data is never opened by another engine than the one that wrote it', async () => {
  await open();
  await opened[0]?.stop();
  const engine = readFileSync(inside('engine'), 'utf8').trim();
  const other = engine === 'secantusdb-python' ? 'mongod' : 'secantusdb-python';
  await expect(open({ EMBEDDED_MONGODB: other })).rejects.toThrow(
    `was written by ${engine}, which ${other} can't read`,
  );

  const files = inside('files');
  writeFileSync(inside('engine'), 'secantusdb-python\n');
  const emptyCache = join(dataDir, 'cache');
  await expect(open({ PATH: '' }, emptyCache)).rejects.toThrow(
    'was written by secantusdb-python, which was not found',
  );
  expect(existsSync(files)).toBe(true);
});

test('where there is nothing to run on, it says what would help', async () => {
  const nothing = open({ PATH: '', EMBEDDED_MONGODB: 'secantusdb-rust' }, join(dataDir, 'cache'));
  await expect(nothing).rejects.toThrow(
    /cargo and cmake not found[\s\S]*set MONGODB_URI[\s\S]*install cargo/,
  );
  expect(existsSync(inside('server.json'))).toBe(false);
});

test('an engine that cannot start on new data leaves nothing behind', async () => {
  const cacheDir = join(dataDir, 'cache');
  const bin = join(cacheDir, `secantusdb-${rustVersion}`, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'secantusd-rs'), '#!/bin/sh\necho "no such instruction"; exit 3\n', {
    mode: 0o755,
  });
  const broken = open({ PATH: '', EMBEDDED_MONGODB: 'secantusdb-rust' }, cacheDir);
  await expect(broken).rejects.toThrow(/ended at once \(code 3\)[\s\S]*no such instruction/);
  expect(existsSync(inside('files'))).toBe(false);
  expect(existsSync(inside('engine'))).toBe(false);
});

test('a mongod that this processor cannot run is passed over', () => {
  const command = join(dataDir, 'mongod');
  writeFileSync(command, '#!/bin/sh\nkill -ILL $$\n', { mode: 0o755 });
  expect(mongod(command)).toEqual({ missing: `${command} --version ended with SIGILL` });
});
