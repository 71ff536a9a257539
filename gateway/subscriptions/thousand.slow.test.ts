import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Client } from 'graphql-ws';
import { freePort } from '../../embedded/free-port.ts';
import { cacheDirectory } from '../../embedded/mongodb/cache.ts';
import { type Mongo, openMongo } from '../../embedded/mongodb/open-mongo.ts';
import { openDatabase } from '../../runtime/mongo.ts';
import type { OrderDocument } from '../../subgraphs/order/store/order-document.ts';
import { compiled } from '../../testing/compiled.ts';
import { migrateTestDatabases } from '../../testing/database.ts';
import { eventually } from '../../testing/eventually.ts';
import { newOrder } from '../../testing/gateway/live-system.ts';
import { startSmallSubgraph, startTestGateway } from '../../testing/gateway/small-system.ts';
import { openOrderStores } from '../../testing/order/open-stores.ts';
import { startProxy, type TestProxy } from '../../testing/proxy.ts';
import { socketClient } from '../../testing/socket-client.ts';
import { secrets } from '../../testing/tokens.ts';

const subscribers = 1_000;
const socketsForEach = 10;

const dataDir = mkdtempSync(join(tmpdir(), 'homestay-thousand-'));
const openOwnMongo = () =>
  openMongo({ dataDir, cacheDir: cacheDirectory(), env: ownEnv(), say: () => {} });
const ownEnv = () => {
  const { MONGODB_URI: _, ...env } = process.env;
  return env;
};
const portOf = (url: string) => Number(new URL(url).port);

let mongo: Mongo;
let toMongo: TestProxy;
let toOrder: TestProxy;
let order: ChildProcess;
let small: Awaited<ReturnType<typeof startSmallSubgraph>>[];
let gateway: Awaited<ReturnType<typeof startTestGateway>>;
let orderPort: number;
let clients: Client[];

beforeAll(async () => {
  mongo = await openOwnMongo();
  toMongo = await startProxy(portOf(mongo.uri));
  small = await Promise.all([startSmallSubgraph('travel'), startSmallSubgraph('payment')]);
  await migrateTestDatabases('thousand_', mongoUri());
  orderPort = await freePort();
  toOrder = await startProxy(orderPort);
  order = await startOrderProcess();
  gateway = await startTestGateway({
    TRAVEL_URL: small[0]?.url as string,
    PAYMENT_URL: small[1]?.url as string,
    ORDER_URL: `http://127.0.0.1:${toOrder.port}`,
    SUBSCRIPTIONS_PER_USER: '10000',
    SUBSCRIPTIONS_PER_CONNECTION: '1000',
  });
  clients = await Promise.all(
    Array.from({ length: 2 * socketsForEach }, () => socketClient(gateway.url)),
  );
}, 120_000);

afterAll(async () => {
  await Promise.all((clients ?? []).map((client) => client.dispose()));
  await gateway?.stop();
  order?.kill('SIGKILL');
  await Promise.all((small ?? []).map(({ stop }) => stop()));
  await toOrder?.stop();
  await toMongo?.stop();
  await mongo?.stop();
  rmSync(dataDir, { recursive: true, force: true });
}, 60_000);

const mongoUri = () => `mongodb://127.0.0.1:${toMongo.port}/?directConnection=true`;

/** An order service in its own process, which the test can kill. */
async function startOrderProcess(): Promise<ChildProcess> {
  const env = {
    ...process.env,
    NODE_OPTIONS: '',
    LOG_LEVEL: 'warn',
    MONGODB_URI: mongoUri(),
    DATABASE_PREFIX: 'thousand_',
    SERVICE_SECRET: secrets.SERVICE_SECRET,
    ORDER_PORT: String(orderPort),
    TRAVEL_URL: small[0]?.url,
  };
  const child = spawn(process.execPath, [compiled('subgraphs/order/main.ts')], {
    env,
    stdio: 'ignore',
  });
  await eventually(
    () =>
      fetch(`http://127.0.0.1:${orderPort}/health/live`).then(
        ({ ok }) => ok,
        () => false,
      ),
    30_000,
  );
  return child;
}

const killed = async (child: ChildProcess) => {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
};

/** Ends the database as a crash would, and starts it again on its files. */
async function killDatabase(): Promise<void> {
  const record = join(dataDir, 'mongodb', 'server.json');
  process.kill(JSON.parse(readFileSync(record, 'utf8')).server.pid, 'SIGKILL');
  toMongo.cut();
  await mongo.stop().catch(() => {});
  mongo = await openOwnMongo();
  toMongo.retarget(portOf(mongo.uri));
  toMongo.mend();
}

const query = `subscription ($sn: ID!) {
  homestayOrderStateChanged(sn: $sn) { version state history { state } homestay { title } payment { state } }
}`;

test('2,000 subscribers get every change once and in order while processes are killed', async () => {
  const database = await openDatabase(mongoUri(), 'thousand_order');
  const store = openOrderStores(database);
  const orders = database.db.collection<OrderDocument>('orders');
  const sns: string[] = [];
  for (let from = 0; from <= subscribers; from += 50) {
    const some = Array.from({ length: Math.min(50, subscribers + 1 - from) }, () => newOrder({}));
    await Promise.all(some.map((one) => store.place(one)));
    sns.push(...some.map(({ sn }) => sn));
  }
  const [one, ...each] = sns as [string, ...string[]];

  const versions: number[][] = [];
  const failures: unknown[] = [];
  const subscribe = (sn: string, index: number) => {
    const seen: number[] = [];
    versions.push(seen);
    clients[index % clients.length]?.subscribe<{
      homestayOrderStateChanged: { version: number; history: unknown[] };
    }>(
      { query, variables: { sn } },
      {
        next({ data, errors }) {
          if (errors || !data) failures.push(errors);
          else seen.push(data.homestayOrderStateChanged.version);
        },
        error: (error) => failures.push(error),
        complete: () => failures.push('completed'),
      },
    );
  };
  each.forEach((sn, index) => {
    subscribe(one, index);
    subscribe(sn, index);
  });

  let version = 1;
  const everybodySaw = (what: number) => () => versions.every((seen) => seen.length >= what);
  const changeAll = async () => {
    version += 1;
    const state = version % 2 === 0 ? ('WAIT_USE' as const) : ('WAIT_PAY' as const);
    const change = { state, at: new Date(), cause: 'PAID' as const };
    await orders.updateMany(
      {},
      { $set: { state }, $inc: { version: 1 }, $push: { history: change } },
    );
  };
  const changeAndSee = async () => {
    await changeAll();
    await eventually(everybodySaw(version), 60_000);
  };

  await eventually(everybodySaw(1), 60_000);
  await changeAndSee();

  await killed(order);
  await changeAll();
  await changeAll();
  order = await startOrderProcess();
  await eventually(everybodySaw(version), 60_000);
  await changeAndSee();

  toOrder.cut();
  await changeAll();
  await changeAll();
  toOrder.mend();
  await eventually(everybodySaw(version), 60_000);
  await changeAndSee();

  await changeAll();
  await killDatabase();
  await eventually(everybodySaw(version), 60_000);
  await changeAll().catch(changeAll);
  await eventually(everybodySaw(version), 60_000);
  await changeAndSee();

  const expected = Array.from({ length: version }, (_, index) => index + 1);
  for (const seen of versions) expect(seen).toEqual(expected);
  expect(failures).toEqual([]);
  await database.stop();
}, 300_000);
