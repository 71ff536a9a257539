import { Pool, request } from 'undici';
import { freePort } from '../embedded/free-port.ts';
import { anyPorts, parts, withAddresses } from '../embedded/system.ts';
import { type OnFailpoint, setFailpoints } from '../runtime/failpoint.ts';
import { type Stop, startWithStack } from '../runtime/lifecycle.ts';
import { createLog, type Log } from '../runtime/log.ts';
import { type Database, openDatabase } from '../runtime/mongo.ts';
import { serviceClient } from '../runtime/service-client.ts';
import {
  databaseOwners,
  portSetting,
  type ServiceName,
  serviceNames,
  urlSetting,
} from '../runtime/services.ts';
import { addHomestays } from './catalogue.ts';
import { dataOf } from './client.ts';
import { migrateTestDatabases, testDatabasePrefix, testMongoUri } from './database.ts';
import { samplesOf } from './operations/scrape.ts';
import { type Restartable, restartable } from './restartable.ts';
import { secrets, tokenOf, type User } from './tokens.ts';

type DatabaseOwner = Exclude<ServiceName, 'gateway'>;
type Env = Record<string, string | undefined>;

export type TestSystemOptions = {
  env?: Record<string, string>;
  /** Which parts to start; all by default. A test can start the others later. */
  parts?: readonly ServiceName[];
  /** How many homestays there are at the beginning; see `homestayIds`. */
  homestays?: number;
  /** Where parts reach each other, if not at their own ports: `ORDER_URL` and its sisters. */
  addresses?: Record<string, string>;
  log?: Log;
  /** The test's own connections wait for the database without end: for one that it fills. */
  patient?: boolean;
};

/** The product's processes in this one process, on databases of their own. */
export type TestSystem = {
  [Name in Exclude<ServiceName, 'payment'>]: Restartable<[env?: Env]>;
} & {
  /** Takes what is to happen at its failpoints. */
  payment: Restartable<[onFailpoint?: OnFailpoint | null]>;
  env: Env;
  urls: Record<ServiceName, string>;
  databases: Record<DatabaseOwner, Database['db']>;
  travelDatabase: Database;
  /** Asks the public API as a user, or as nobody. @throws with all errors of the answer */
  ask: Ask;
  /** Calls a field that only services may call, as one of the scheduler's jobs does. */
  job(service: 'order' | 'payment', field: string, from?: ServiceName): Promise<unknown>;
  /** Calls the sandbox's API for tests. */
  sandboxTest(path: string, content?: object): Promise<unknown>;
  /** The sum of a metric of a process, over the labels given. */
  metric(part: ServiceName, name: string, labels?: Record<string, string>): Promise<number>;
  /** Starts one more process of a part, on a port of its own. */
  startCopy(part: ServiceName, env?: Env): Promise<Stop>;
  stop: Stop;
};
export type Ask = <Data>(
  user: User | null,
  query: string,
  variables?: Record<string, unknown>,
) => Promise<Data>;

export const quietLog = (): Log => createLog('test', process.env.TEST_LOG_LEVEL ?? 'silent');

/** For tests that run the scheduler's jobs themselves, one by one. */
export const withoutScheduler = serviceNames.filter((name) => name !== 'scheduler');

/** Starts the product, or some of its parts. */
export const startTestSystem = ({
  env: given = {},
  parts: started = serviceNames,
  homestays = 20,
  addresses = {},
  log = quietLog(),
  patient = false,
}: TestSystemOptions = {}): Promise<TestSystem> =>
  startWithStack(async (stack) => {
    const prefix = given.DATABASE_PREFIX ?? testDatabasePrefix();
    const env = { ...(await testSettings({ ...given, DATABASE_PREFIX: prefix })), ...addresses };
    const databases = {} as Record<DatabaseOwner, Database>;
    for (const name of databaseOwners) {
      const database = await openDatabase(testMongoUri(), prefix + name, { patient });
      databases[name as DatabaseOwner] = database;
      stack.defer(database.stop);
      stack.defer(async () => void (await database.db.dropDatabase()));
    }
    await migrateTestDatabases(prefix);
    if (homestays > 0) await addHomestays(databases.travel, homestays);

    const running = Object.fromEntries(
      serviceNames.map((name) => [
        name,
        restartable((more: Env = {}) => parts[name].start({ ...env, ...more }, log)),
      ]),
    ) as Record<ServiceName, Restartable<[env?: Env]>>;
    const payment = restartable((onFailpoint: OnFailpoint | null = null) => {
      setFailpoints(onFailpoint);
      return parts.payment.start(env, log);
    });
    for (const name of serviceNames) {
      const part: Restartable<[]> = name === 'payment' ? payment : running[name];
      stack.defer(part.stop);
      if (started.includes(name)) await part.start();
    }
    const pool = new Pool(env.GATEWAY_URL as string, { connections: 64 });
    stack.defer(() => pool.close());

    const urls = Object.fromEntries(
      serviceNames.map((name) => [name, env[urlSetting(name)]]),
    ) as Record<ServiceName, string>;
    return {
      ...running,
      payment,
      env,
      urls,
      travelDatabase: databases.travel,
      databases: mapValues(databases, ({ db }) => db),
      ask: async (user, query, variables = {}) =>
        dataOf(urls.gateway, query, {
          variables,
          token: user && (await tokenOf(user)),
          dispatcher: pool,
        }),
      job: (service, field, from = 'scheduler') => asService(from, urls[service], field),
      sandboxTest: (path, content = {}) => post(`${urls.sandbox}/test/${path}`, content),
      metric: async (part, name, labels = {}) =>
        samplesOf(await (await fetch(`${urls[part]}/metrics`)).text())
          .filter((sample) => sample.name === name && hasAll(sample.labels, labels))
          .reduce((sum, { value }) => sum + value, 0),
      startCopy: async (name, more = {}) => {
        const ownPort = { [portSetting(name)]: `${await freePort()}` };
        const { stop } = await parts[name].start({ ...env, ...ownPort, ...more }, log);
        const copy = onlyOnce(stop);
        stack.defer(copy);
        return copy;
      },
    };
  });

/** The settings of a test system: every port free, every address known, secrets, a database. */
const testSettings = (given: Record<string, string>): Promise<Env> =>
  withAddresses({
    ...anyPorts,
    ...secrets,
    LOG_LEVEL: 'silent',
    MONGODB_URI: testMongoUri(),
    SANDBOX_TEST_API: 'true',
    // Tests order much as few users.
    MAX_UNPAID_ORDERS: '100000',
    MAX_UNPAID_ORDERS_AT_HOMESTAY: '100000',
    // Every operation of a test is new.
    COSTLY_SHARE: '100',
    REFUSALS_AT_ONCE: '1000000',
    ...given,
  });

async function asService(from: ServiceName, url: string, field: string): Promise<unknown> {
  const serviceSecret = secrets.SERVICE_SECRET;
  const client = serviceClient({ url, from, serviceSecret });
  try {
    return await client.ask(`mutation { ${field} }`);
  } finally {
    await client.stop();
  }
}

async function post(url: string, content: object): Promise<unknown> {
  const { body } = await request(url, { method: 'POST', body: JSON.stringify(content) });
  return body.json();
}

function onlyOnce(stop: Stop): Stop {
  let stopped: Promise<void> | undefined;
  return () => {
    stopped ??= stop();
    return stopped;
  };
}

const mapValues = <Name extends string, From, To>(
  values: Record<Name, From>,
  to: (value: From) => To,
) =>
  Object.fromEntries(
    Object.entries<From>(values).map(([name, value]) => [name, to(value)]),
  ) as Record<Name, To>;

const hasAll = (labels: Record<string, string>, wanted: Record<string, string>) =>
  Object.entries(wanted).every(([label, value]) => labels[label] === value);
