import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory } from '../embedded/mongodb/cache.ts';
import { type OpenMongoOptions, openMongo } from '../embedded/mongodb/open-mongo.ts';
import { type Stop, startWithStack } from '../runtime/lifecycle.ts';
import { migrateAll } from '../runtime/migrations/migrate-service.ts';
import { type Database, openDatabase } from '../runtime/mongo.ts';
import { databaseOwners, type ServiceName, serviceNames, urlSetting } from '../runtime/services.ts';
import { addHomestays } from '../testing/catalogue.ts';
import { inTurn, startProxy, type TestProxy } from '../testing/proxy.ts';
import { secrets } from '../testing/tokens.ts';
import { type Copy, openCopy } from './copy.ts';

/** How many processes of a service run; of all others two. */
const copiesOf: Partial<Record<ServiceName, number>> = { sandbox: 1, scheduler: 3 };
export const homestays = 40;

/** The product as it runs on several machines, with a way to every service that can be broken. */
export type Fleet = {
  copies: readonly Copy[];
  /** The load balancers, and the network to the database. */
  ways: Record<ServiceName | 'database', TestProxy>;
  gatewayUrl: string;
  sandboxUrl: string;
  databases: Record<(typeof databaseOwners)[number], Database>;
  /** Ends the database by SIGKILL. Resolves with what starts it again on its files. */
  killDatabase(): Promise<() => Promise<void>>;
  /** Where the logs of all processes are. */
  logs: string;
  stop: Stop;
};

export const startFleet = (
  settings: Record<string, string>,
  say: (line: string) => void,
): Promise<Fleet> =>
  startWithStack(async (stack) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'homestay-chaos-'));
    stack.defer(async () => rmSync(join(dataDir, 'mongodb'), { recursive: true, force: true }));
    const cacheDir = cacheDirectory();
    const mongo = await restartableMongo({ dataDir, cacheDir, env: process.env, say });
    stack.defer(mongo.stop);
    const DATABASE_PREFIX = 'chaos_';
    await migrateAll({ settings: { MONGODB_URI: mongo.uri, DATABASE_PREFIX }, say: () => {} });
    const databases = {} as Fleet['databases'];
    for (const name of databaseOwners)
      databases[name] = stack.use(await openDatabase(mongo.uri, `${DATABASE_PREFIX}${name}`));
    await addHomestays(databases.travel, homestays);

    const copies: Copy[] = [];
    const ways = { database: await startProxy(mongo.port) } as Fleet['ways'];
    for (const name of serviceNames) ways[name] = await startProxy(balancer(copies, name));
    for (const way of Object.values(ways)) stack.use(way);
    const url = (name: ServiceName) => `http://127.0.0.1:${ways[name].port}`;
    const uri = new URL(mongo.uri);
    uri.port = String(ways.database.port);
    const env = {
      ...{ PATH: process.env.PATH, ...secrets, DATABASE_PREFIX, MONGODB_URI: uri.href },
      ...Object.fromEntries(serviceNames.map((name) => [urlSetting(name), url(name)])),
      ...{ SANDBOX_PUBLIC_URL: url('sandbox'), PAYMENT_PUBLIC_URL: url('payment') },
      SANDBOX_TEST_API: 'true',
      ...settings,
    };
    for (const service of serviceNames) {
      for (let number = 1; number <= (copiesOf[service] ?? 2); number += 1) {
        const copy = await openCopy({ service, number }, env, dataDir);
        stack.defer(copy.kill);
        copies.push(copy);
      }
    }
    await startAll(copies);
    const addresses = { gatewayUrl: url('gateway'), sandboxUrl: url('sandbox') };
    const { kill: killDatabase } = mongo;
    return { copies, ways, databases, killDatabase, logs: dataDir, ...addresses };
  });

/** A database behind an address that stays the same when it is killed and started again. */
async function restartableMongo(options: OpenMongoOptions) {
  let mongo = await openMongo(options);
  const port = () => Number(new URL(mongo.uri).port);
  const way = await startProxy(port);
  const uri = new URL(mongo.uri);
  uri.port = String(way.port);
  return {
    uri: uri.href,
    port,
    async kill() {
      if (mongo.pid === undefined)
        throw new Error('the database of MONGODB_URI is not ours to kill');
      process.kill(mongo.pid, 'SIGKILL');
      await mongo.stop();
      return async () => {
        mongo = await openMongo(options);
      };
    },
    async stop() {
      await way.stop();
      await mongo.stop();
    },
  };
}

/** Two at a time: each takes a core for some seconds. */
async function startAll(copies: readonly Copy[]): Promise<void> {
  for (let at = 0; at < copies.length; at += 2)
    await Promise.all(copies.slice(at, at + 2).map((copy) => copy.start()));
}

/** Leads to the copies that run. Whether they answer, a balancer does not know. */
const balancer = (copies: readonly Copy[], service: ServiceName): (() => number) =>
  inTurn(() =>
    copies.filter((copy) => copy.service === service && copy.isRunning()).map(({ port }) => port),
  );
