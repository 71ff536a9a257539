import { SignJWT } from 'jose';
import { type Dispatcher, Pool, request } from 'undici';
import { anyPorts, parts, withAddresses } from '../embedded/system.ts';
import { type Stop, starting } from '../runtime/lifecycle.ts';
import { createLog } from '../runtime/log.ts';
import { type Database, openDatabase } from '../runtime/mongo.ts';
import { databaseOwners, type ServiceName, serviceNames } from '../runtime/services.ts';
import { testDatabasePrefix, testMongoUri } from './database.ts';

const secrets = {
  SERVICE_SECRET: 'a secret of the tests, for the services',
  SANDBOX_SECRET: 'a secret of the tests, for the sandbox',
  JWT_SECRET: 'a secret of the tests, long enough to be one',
};
const log = createLog('test', process.env.TEST_LOG_LEVEL ?? 'silent');

export type User = { id: string; roles?: string[] };
export const an: User = { id: 'traveller-an' };
export const bo: User = { id: 'traveller-bo' };
export const host: User = { id: 'host-lake', roles: ['host'] };

/** The product's processes, on databases of their own, each of which a test can end and begin again. */
export type TestSystem = {
  env: Record<string, string | undefined>;
  /** Asks the public API as a user, or as nobody. @throws with all errors of the answer */
  ask<Data = any>(
    user: User | null,
    query: string,
    variables?: Record<string, unknown>,
  ): Promise<Data>;
  /** The sum of a metric of a process, over the labels given. */
  metric(part: ServiceName, name: string, labels?: Record<string, string>): Promise<number>;
  /** Starts a process, or one more of it on a port of its own. */
  start(part: ServiceName, env?: Record<string, string>): Promise<Stop>;
  /** Ends the process that was started last of this name. */
  stopPart(part: ServiceName): Promise<void>;
  database(name: ServiceName): Database['db'];
  travelDatabase: Database;
  urls: Record<ServiceName, string>;
  stop: Stop;
};

/** Starts the product, or some of its processes, with the settings a test wants otherwise. */
export const startTestSystem = (
  given: Record<string, string> = {},
  started: readonly ServiceName[] = serviceNames,
): Promise<TestSystem> =>
  starting(async (stack) => {
    const env = await withAddresses({
      ...secrets,
      ...anyPorts,
      MONGODB_URI: testMongoUri(),
      DATABASE_PREFIX: testDatabasePrefix(),
      ...given,
    });
    const databases = {} as Record<ServiceName, Database>;
    for (const name of databaseOwners) {
      const database = await openDatabase(testMongoUri(), `${env.DATABASE_PREFIX}${name}`);
      databases[name] = database;
      stack.add(async () => {
        await database.db.dropDatabase();
        await database.stop();
      });
    }
    const urls = {} as Record<ServiceName, string>;
    const running = new Map<ServiceName, Stop>();
    const start = async (name: ServiceName, more: Record<string, string> = {}): Promise<Stop> => {
      const { url, stop } = await parts[name].start({ ...env, ...more }, log);
      urls[name] ??= url;
      let stopped = false;
      const once = async () => {
        if (!stopped) await stop();
        stopped = true;
      };
      stack.add(once);
      running.set(name, once);
      return once;
    };
    for (const name of started) await start(name);
    const pool = new Pool(env.GATEWAY_URL as string, { connections: 64 });
    stack.add(() => pool.close());

    return {
      env,
      urls,
      start,
      stopPart: async (name) => running.get(name)?.(),
      database: (name) => databases[name].db,
      travelDatabase: databases.travel,
      ask: async (user, query, variables) =>
        askAt(env.GATEWAY_URL as string, user && (await tokenOf(user)), query, variables, pool),
      metric: async (part, name, labels = {}) =>
        sumOf(await (await fetch(`${urls[part]}/metrics`)).text(), name, labels),
    };
  });

/** Asks a gateway, with a token or without. @throws with all errors of the answer */
export async function askAt(
  url: string,
  token: string | null,
  query: string,
  variables = {},
  dispatcher?: Dispatcher,
): Promise<any> {
  const { body } = await request(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    body: JSON.stringify({ query, variables }),
    dispatcher,
  });
  const { data, errors } = (await body.json()) as { data: any; errors?: unknown };
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

const tokens = new Map<string, Promise<string>>();
function tokenOf({ id, roles = [] }: User): Promise<string> {
  const known = tokens.get(id);
  if (known) return known;
  const token = new SignJWT({ roles })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(id)
    .setIssuer('homestay-booking')
    .setAudience('homestay-api')
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(secrets.JWT_SECRET));
  tokens.set(id, token);
  return token;
}

function sumOf(text: string, name: string, labels: Record<string, string>): number {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => wanted.every((label) => line.includes(label)))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

export { eventually } from './eventually.ts';
