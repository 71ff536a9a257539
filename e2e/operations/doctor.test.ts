import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { examine } from '../../embedded/examine.ts';
import type { Finding } from '../../embedded/finding.ts';
import { freePort } from '../../embedded/free-port.ts';
import { declaredIndexes } from '../../runtime/migrations/declared-indexes.ts';
import { findMigrations } from '../../runtime/migrations/find.ts';
import { databaseOwners } from '../../runtime/services.ts';
import { storyOf } from '../../testing/story.ts';
import { startTestSystem, type TestSystem } from '../../testing/system.ts';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem();
}, 60_000);
afterAll(() => system.stop());

const looked = async (more: Record<string, string> = {}): Promise<Finding[]> => {
  const { MONGODB_URI = '', DATABASE_PREFIX = '' } = system.env;
  const env = { ...system.env, ...more } as NodeJS.ProcessEnv;
  const found = await examine({ MONGODB_URI, DATABASE_PREFIX }, env);
  expect(found.length).toBeGreaterThan(10);
  return found;
};
const wrong = async (more: Record<string, string> = {}): Promise<Finding[]> =>
  (await looked(more)).filter(({ todo }) => todo !== undefined);

test('a system that is well has nothing to do', async () => {
  expect(await wrong()).toEqual([]);
});

test.each(databaseOwners)('the migrations of %s declare indexes', async (name) => {
  const declared = await declaredIndexes(await findMigrations(name));
  expect([...declared.values()].flat().length).toBeGreaterThan(0);
});

test('an index that is missing is named, with the command that makes it', async () => {
  const orders = system.databases.order.collection('orders');
  const { databaseName } = system.databases.order;
  const dropped = (await orders.indexes()).find(({ name }) => name !== '_id_');
  await orders.dropIndex(dropped?.name as string);
  const key = JSON.stringify(dropped?.key);
  const [finding, ...others] = await wrong();
  expect(others).toEqual([]);
  expect(finding).toEqual({
    what: `${databaseName}.orders lacks the index ${key}`,
    todo: expect.stringContaining(
      `db.getSiblingDB('${databaseName}').orders.createIndex(${key}, {`,
    ),
  });
  const options = /createIndex\(.*?\}, (\{.*\})\)$/.exec(finding?.todo ?? '')?.[1] ?? '';
  await orders.createIndex(dropped?.key ?? {}, JSON.parse(options));
  expect(await wrong()).toEqual([]);
});

test('a setting that is wrong is named in the words of its service; one that is not given is none', async () => {
  expect(await wrong({ REFUND_POLICY: 'generous' })).toEqual([
    {
      what: 'the settings of order are wrong',
      todo: expect.stringContaining('REFUND_POLICY: must'),
    },
  ]);
  const found = await looked({ JWT_SECRET: '' });
  expect(found).toContainEqual({
    what: 'the settings of gateway, without those that are not given here: JWT_SECRET, JWKS_URL',
  });
});

test('a webhook at which nothing arrives is named', async () => {
  const webhooks = system.databases.order.collection<{ _id: string }>('webhooks');
  const failing = { since: new Date(), why: 'status 500' };
  const webhook = { _id: 'one', active: true, failing };
  await webhooks.insertOne(webhook, { bypassDocumentValidation: true });
  expect(await wrong()).toEqual([
    { what: '1 webhooks at which nothing arrives', todo: 'See ops/runbooks/OrderWebhooksFail.md.' },
  ]);
  await webhooks.deleteMany({});
});

test('the gateway’s health is looked for at its port for operations', async () => {
  const OPERATIONS_PORT = `${await freePort()}`;
  const [finding] = await wrong({ OPERATIONS_PORT });
  expect(finding?.what).toBe(`gateway does not answer at http://127.0.0.1:${OPERATIONS_PORT}`);
  expect(finding?.todo).toContain('set GATEWAY_URL, and OPERATIONS_PORT as it has it');

  await system.gateway.stop();
  await system.gateway.start({ OPERATIONS_PORT });
  expect(await wrong({ OPERATIONS_PORT })).toEqual([]);
  expect(await wrong()).toEqual([
    { what: expect.stringContaining('gateway shows no health'), todo: expect.anything() },
  ]);
  await system.gateway.stop();
  await system.gateway.start();
});

test('with real providers alone, no sandbox is looked for', async () => {
  const STRIPE_SECRET_KEY = 'key';
  await system.sandbox.stop();
  expect(await wrong({ PAYMENT_PROVIDERS: 'stripe', STRIPE_SECRET_KEY })).toEqual([]);
  expect(await wrong({ PAYMENT_PROVIDERS: 'stripe,sandbox' })).toEqual([
    { what: expect.stringContaining('sandbox does not answer'), todo: expect.anything() },
  ]);
  await system.sandbox.start();
});

test('goodwill is named and nothing to do; every other difference is', async () => {
  const differences = system.databases.payment.collection('differences');
  const add = (kind: string) =>
    differences.insertOne({ source: 'ORDERS', kind }, { bypassDocumentValidation: true });
  await add('REFUNDED_BUT_BOOKED');
  const goodwill = { what: '1 stays that go on although everything was given back' };
  expect(await looked()).toContainEqual(goodwill);
  expect(await wrong()).toEqual([]);
  await add('MONEY_WITHOUT_BOOKING');
  expect(await wrong()).toEqual([
    {
      what: '1 differences between money and bookings',
      todo: 'See ops/runbooks/MoneyAndBookingDisagree.md.',
    },
  ]);
  await differences.deleteMany({});
});

test('what is wrong is named, with what to do', async () => {
  await system.scheduler.stop();
  const { sn } = await storyOf(system).place();
  const orders = system.databases.order.collection<{ _id: string }>('orders');
  await orders.updateOne({ _id: sn }, { $set: { closeAt: new Date(Date.now() - 60_000) } });
  const journal = system.databases.travel.collection('migrations');
  expect(await wrong()).toEqual([
    {
      what: expect.stringContaining('order to close: 1'),
      todo: 'See ops/runbooks/OrdersOverdue.md.',
    },
    { what: expect.stringContaining('scheduler does not answer'), todo: expect.anything() },
  ]);
  await journal.deleteMany({});
  const unmigrated = expect.stringContaining('the database of travel is not migrated');
  expect(await wrong()).toContainEqual({
    what: unmigrated,
    todo: expect.stringContaining('npm run migrate'),
  });
});
