import { SignJWT } from 'jose';
import { request } from 'undici';
import { anyPorts, parts, withAddresses } from '../../embedded/system.ts';
import { type Stop, starting } from '../../runtime/lifecycle.ts';
import { createLog, type Log } from '../../runtime/log.ts';
import { openDatabase } from '../../runtime/mongo.ts';
import { serviceClient } from '../../runtime/service-client.ts';
import { readSettings } from '../../runtime/settings.ts';
import type { Step } from '../../subgraphs/payment/actions/needs.ts';
import { startPayment } from '../../subgraphs/payment/server.ts';
import { paymentSettings } from '../../subgraphs/payment/settings.ts';
import { collectionsOf } from '../../subgraphs/travel/store/collections.ts';
import { testDatabasePrefix, testMongoUri } from '../database.ts';

const secrets = {
  SERVICE_SECRET: 'a secret of the tests, for the services',
  SANDBOX_SECRET: 'a secret of the tests, for the sandbox',
  JWT_SECRET: 'a secret of the tests, long enough to be one',
};

export type TestSystem = Awaited<ReturnType<typeof startTestSystem>>;
export type TestSystemOptions = { env?: Record<string, string>; log?: Log };

/** Gateway, subgraphs and sandbox, as real processes would be, but in this one; each restartable where a test needs it. */
export const startTestSystem = ({ env: more = {}, log = quietLog() }: TestSystemOptions = {}) =>
  starting(async (stack) => {
    const places = { MONGODB_URI: testMongoUri(), DATABASE_PREFIX: testDatabasePrefix() };
    const env = await withAddresses({
      ...anyPorts,
      LOG_LEVEL: 'silent',
      ...secrets,
      ...places,
      ...more,
    });
    const open = async (name: string) => {
      const database = await openDatabase(places.MONGODB_URI, places.DATABASE_PREFIX + name);
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
    await addHomestays(databases.travel);

    const running = {
      travel: restartable(() => parts.travel.start(env, log)),
      order: restartable(() => parts.order.start(env, log)),
      sandbox: restartable(() => parts.sandbox.start(env, log)),
      payment: restartable((step?: Step) =>
        startPayment(readSettings(paymentSettings, env), log, step),
      ),
      gateway: restartable(() => parts.gateway.start(env, log)),
    };
    for (const part of Object.values(running)) {
      await part.start();
      stack.add(part.stop);
    }
    const gatewayUrl = `${env.GATEWAY_URL}/graphql`;
    const urls = { order: env.ORDER_URL as string, payment: env.PAYMENT_URL as string };

    return {
      ...running,
      databases,
      env,
      /** Asks the public API as a user. */
      ask: async <Data = Record<string, never>>(
        user: User,
        query: string,
        variables = {},
      ): Promise<Data> => {
        const { data, errors } = (await post(
          gatewayUrl,
          { query, variables },
          await tokenOf(user),
        )) as {
          data: Data;
          errors?: unknown;
        };
        if (errors) throw new Error(JSON.stringify(errors));
        return data;
      },
      /** Does what the scheduler's job of that name does: asks a service for something that only services may. */
      job: (service: 'order' | 'payment', field: string) =>
        asScheduler(urls[service], secrets.SERVICE_SECRET, field),
      /** Asks the sandbox's API for tests. */
      sandboxTest: (path: string, content: object = {}) =>
        post(`${env.SANDBOX_URL}/test/${path}`, content),
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

async function asScheduler(url: string, serviceSecret: string, field: string): Promise<unknown> {
  const client = serviceClient({ url, from: 'scheduler', serviceSecret });
  try {
    return await client.ask(`mutation { ${field} }`);
  } finally {
    await client.stop();
  }
}

async function post(url: string, content: object, token?: string): Promise<unknown> {
  const { body } = await request(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    body: JSON.stringify(content),
  });
  return body.json();
}

/** A part that can be ended and begun again in the same place. */
function restartable<Args extends unknown[]>(begin: (...args: Args) => Promise<{ stop: Stop }>) {
  let running: { stop: Stop } | undefined;
  const stop = async () => {
    await running?.stop();
    running = undefined;
  };
  const start = async (...args: Args) => {
    running = await begin(...args);
  };
  return { start, stop };
}

/** Homestays of one shop; tests that need room for many orders spread them over all. */
export const homestayIds = [
  'homestay',
  ...Array.from({ length: 19 }, (_, number) => `homestay-${number}`),
];

async function addHomestays(db: Parameters<typeof collectionsOf>[0]): Promise<void> {
  const { shops, homestays } = collectionsOf(db);
  await shops.insertOne({ _id: 'shop', name: 'The shop', info: '', hostId: 'hana', open: true });
  const homestay = (_id: string) => ({
    _id,
    ...{
      shopId: 'shop',
      title: 'Lake house',
      subTitle: '',
      info: '',
      banner: null,
      city: 'Hangzhou',
    },
    ...{
      neighbourhood: null,
      latitude: null,
      longitude: null,
      timeZone: 'Asia/Shanghai',
      capacity: 4,
      minimumNights: 1,
    },
    price: { amount: 10_000, currency: 'CNY' },
    ...{
      marketPrice: null,
      soldPerPerson: false,
      foodPrice: null,
      onShelf: true,
      preferred: false,
    },
    ...{
      arrivedAt: new Date('2026-01-01'),
      rating: null,
      bookable: true,
      searchText: '',
      importedRating: null,
    },
  });
  await homestays.insertMany(homestayIds.map(homestay));
}

export const quietLog = (): Log => createLog('test', process.env.TEST_LOG_LEVEL ?? 'silent');

export { eventually } from '../eventually.ts';
