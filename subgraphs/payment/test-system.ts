import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';
import { request } from 'undici';
import { startGateway } from '../../gateway/server.ts';
import { gatewaySettings } from '../../gateway/settings.ts';
import type { HttpServer } from '../../runtime/http-server.ts';
import { starting } from '../../runtime/lifecycle.ts';
import { createLog, type Log } from '../../runtime/log.ts';
import { openDatabase } from '../../runtime/mongo.ts';
import { readSettings } from '../../runtime/settings.ts';
import { testDatabasePrefix, testMongoUri } from '../../runtime/test-database.ts';
import { startOrder } from '../order/server.ts';
import { orderSettings } from '../order/settings.ts';
import { startTravel } from '../travel/server.ts';
import { travelSettings } from '../travel/settings.ts';
import { collectionsOf } from '../travel/store/collections.ts';
import type { Step } from './actions/needs.ts';
import { startSandbox } from './providers/sandbox/service/server.ts';
import { sandboxSettings } from './providers/sandbox/service/settings.ts';
import { startPayment } from './server.ts';
import { paymentSettings } from './settings.ts';

const secrets = {
  SERVICE_SECRET: 'a secret of the tests, for the services',
  SANDBOX_SECRET: 'a secret of the tests, for the sandbox',
  JWT_SECRET: 'a secret of the tests, long enough to be one',
};

export type TestSystem = Awaited<ReturnType<typeof startTestSystem>>;
export type TestSystemOptions = { env?: NodeJS.ProcessEnv; log?: Log };

/** Gateway, subgraphs and sandbox, as real processes would be, but in this one; each restartable where a test needs it. */
export const startTestSystem = ({ env: more = {}, log = quietLog() }: TestSystemOptions = {}) =>
  starting(async (stack) => {
    const ports = await freePorts(5);
    const [TRAVEL_PORT, ORDER_PORT, PAYMENT_PORT, SANDBOX_PORT, PORT] = ports.map(String);
    const env = {
      ...secrets,
      MONGODB_URI: testMongoUri(),
      DATABASE_PREFIX: testDatabasePrefix(),
      LOG_LEVEL: 'silent',
      ...{ TRAVEL_PORT, ORDER_PORT, PAYMENT_PORT, SANDBOX_PORT, PORT },
      TRAVEL_URL: `http://127.0.0.1:${TRAVEL_PORT}`,
      ORDER_URL: `http://127.0.0.1:${ORDER_PORT}`,
      PAYMENT_URL: `http://127.0.0.1:${PAYMENT_PORT}`,
      SANDBOX_URL: `http://127.0.0.1:${SANDBOX_PORT}`,
      ...more,
    };
    const open = async (name: string) => {
      const database = await openDatabase(env.MONGODB_URI, env.DATABASE_PREFIX + name);
      stack.add(async () => {
        await database.db.dropDatabase();
        await database.stop();
      });
      return database.db;
    };
    const databases = {
      travel: await open('travel'),
      order: await open('order'),
      payment: await open('payment'),
      sandbox: await open('sandbox'),
      scheduler: await open('scheduler'),
    };
    await addHomestay(databases.travel);

    const parts = {
      travel: restartable(() => startTravel(readSettings(travelSettings, env), log)),
      order: restartable(() => startOrder(readSettings(orderSettings, env), log)),
      sandbox: restartable(() => startSandbox(readSettings(sandboxSettings, env), log)),
      payment: restartable((step?: Step) => startPayment(readSettings(paymentSettings, env), log, step)),
    };
    for (const part of Object.values(parts)) {
      await part.start();
      stack.add(part.stop);
    }
    const gateway = await startGateway(gatewaySettings(env), log);
    stack.add(gateway.stop);

    return {
      ...parts,
      databases,
      env,
      url: gateway.url,
      /** Asks the public API as a user. */
      ask: async <Data = Record<string, never>>(user: User, query: string, variables = {}): Promise<Data> => {
        const { data, errors } = (await post(`${gateway.url}/graphql`, { query, variables }, await tokenOf(user))) as {
          data: Data;
          errors?: unknown;
        };
        if (errors) throw new Error(JSON.stringify(errors));
        return data;
      },
      /** Asks the sandbox's API for tests. */
      sandboxTest: (path: string, content: object = {}) => post(`${env.SANDBOX_URL}/test/${path}`, content),
    };
  });

export type User = { sub: string; roles?: string[] };

const tokenOf = ({ sub, roles = [] }: User): Promise<string> =>
  new SignJWT({ roles })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(sub)
    .setIssuer('homestay-booking')
    .setAudience('homestay-api')
    .setExpirationTime('10m')
    .sign(new TextEncoder().encode(secrets.JWT_SECRET));

async function post(url: string, content: object, token?: string): Promise<unknown> {
  const { body } = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(content),
  });
  return body.json();
}

/** A part that can be ended and begun again in the same place. */
function restartable<Args extends unknown[]>(begin: (...args: Args) => Promise<HttpServer>) {
  let running: HttpServer | undefined;
  const stop = async () => {
    await running?.stop();
    running = undefined;
  };
  const start = async (...args: Args) => {
    running = await begin(...args);
  };
  return { start, stop };
}

async function addHomestay(db: Parameters<typeof collectionsOf>[0]): Promise<void> {
  const { shops, homestays } = collectionsOf(db);
  await shops.insertOne({ _id: 'shop', name: 'The shop', info: '', hostId: 'hana', open: true });
  await homestays.insertOne({
    _id: 'homestay',
    ...{ shopId: 'shop', title: 'Lake house', subTitle: '', info: '', banner: null, city: 'Hangzhou' },
    ...{
      neighbourhood: null,
      latitude: null,
      longitude: null,
      timeZone: 'Asia/Shanghai',
      capacity: 4,
      minimumNights: 1,
    },
    price: { amount: 10_000, currency: 'CNY' },
    ...{ marketPrice: null, soldPerPerson: false, foodPrice: null, onShelf: true, preferred: false },
    ...{ arrivedAt: new Date('2026-01-01'), rating: null, bookable: true, searchText: '', importedRating: null },
  });
}

/** Ports that nobody has now. They are fixed, because the parts know of each other before they start. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

export const quietLog = (): Log => createLog('test', process.env.TEST_LOG_LEVEL ?? 'silent');

/** Waits until `found` gives something. */
export async function eventually<T>(found: () => Promise<T | undefined | null | false>, limitMs = 15_000): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const value = await found();
    if (value) return value;
    if (Date.now() > end) throw new Error(`nothing came within ${limitMs} ms: ${found}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
