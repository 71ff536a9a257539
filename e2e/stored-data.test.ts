import { readFileSync } from 'node:fs';
import { Supergraph } from '@apollo/federation-internals';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { GraphQLObjectType } from 'graphql';
import { allFields } from '../testing/all-fields.ts';
import { testDatabasePrefix } from '../testing/database.ts';
import { eventually } from '../testing/eventually.ts';
import { withoutRights } from '../testing/gateway/without-rights.ts';
import { insertStored, storedBy } from '../testing/stored/insert-stored.ts';
import { storyOf } from '../testing/story.ts';
import { startTestSystem, type TestSystem, withoutScheduler } from '../testing/system.ts';
import { operator } from '../testing/tokens.ts';

/** Who placed the orders that the first release has stored. */
const an = { id: 'traveller-an' };

let system: TestSystem;
let story: ReturnType<typeof storyOf>;
beforeAll(async () => {
  const prefix = testDatabasePrefix();
  await insertStored('2026-11', prefix);
  const env = { DATABASE_PREFIX: prefix };
  system = await startTestSystem({ env, homestays: 0, parts: withoutScheduler });
  story = storyOf(system);
});
afterAll(() => system?.stop());

type StoredOrder = { _id: string; state: string };
const storedOrders = storedBy('2026-11', 'order').orders?.documents as StoredOrder[];
const snIn = (state: string) => storedOrders.find((order) => order.state === state)?._id as string;

const sdl = readFileSync(new URL('../schema/supergraph.graphql', import.meta.url), 'utf8');
const schema = Supergraph.build(withoutRights(sdl)).apiSchema().toGraphQLJSSchema();
const typeNamed = (name: string) => schema.getType(name) as GraphQLObjectType;

describe('what the first release has stored', () => {
  test.each([
    ['homestays', 'homestays(first: 10) { nodes', 'Homestay', '}'],
    ['orders', 'myHomestayOrders(first: 20) { nodes', 'HomestayOrder', '}'],
    ['payments', 'myHomestayOrders(first: 20) { nodes { payment', 'Payment', '} }'],
    ['refunds', 'myHomestayOrders(first: 20) { nodes { refunds', 'Refund', '} }'],
  ])('answers every field of its %s', async (_what, before, type, after) => {
    const query = `{ ${before} ${allFields(typeNamed(type), 1)} ${after} }`;
    const data = await system.ask<Record<string, { nodes: unknown[] }>>(an, query);
    expect(Object.values(data)[0]?.nodes.length).toBeGreaterThan(0);
  });

  test('has all of its orders, in their states', async () => {
    const query = '{ myHomestayOrders(first: 50) { nodes { sn state } } }';
    type Data = { myHomestayOrders: { nodes: { sn: string; state: string }[] } };
    const { myHomestayOrders } = await system.ask<Data>(an, query);
    const byName = (a: { sn: string }, b: { sn: string }) => a.sn.localeCompare(b.sn);
    expect(myHomestayOrders.nodes.sort(byName)).toEqual(
      storedOrders.map(({ _id, state }) => ({ sn: _id, state })).sort(byName),
    );
  });

  test('is found by what lists are searched by today', async () => {
    const query = '{ homestays(filter: { text: "lake hangzhou" }) { nodes { id } } }';
    const { homestays } = await system.ask<{ homestays: { nodes: unknown[] } }>(null, query);
    expect(homestays.nodes).toHaveLength(5);
  });

  test('goes on: an unpaid order closes', async () => {
    await system.job('order', 'closeDueOrders { closed }');
    await eventually(async () => {
      await system.job('payment', 'settleWaitingPayments');
      await system.job('order', 'closeDueOrders { closed }');
      return (await story.see(snIn('WAIT_PAY'), an))?.state === 'CANCELLED';
    });
  });

  test('goes on: a paid order is refunded, by the provider’s old payment', async () => {
    const sn = snIn('WAIT_USE');
    expect(await story.end(sn, operator)).toMatchObject({ __typename: 'Refund' });
    await eventually(async () => {
      await system.job('payment', 'processPayments');
      return (await story.see(sn, an))?.state === 'REFUNDED';
    });
  });

  test('goes on: an email that was not sent is sent', async () => {
    const emails = system.databases.payment.collection('emails');
    expect(await emails.countDocuments({ sent: false })).toBeGreaterThan(0);
    await eventually(async () => {
      await system.job('payment', 'sendEmails');
      return (await emails.countDocuments({ sent: false })) === 0;
    });
    expect(await system.databases.payment.listCollections({ name: 'notices' }).toArray()).toEqual(
      [],
    );
  });
});
