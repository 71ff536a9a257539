import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { type Database, openDatabase } from '../../../runtime/mongo.ts';
import { freshDatabase, testMongoUri } from '../../../testing/database.ts';
import { watchCommands } from '../../../testing/operations/watch-commands.ts';
import { openOrderStores } from '../../../testing/order/open-stores.ts';
import {
  sampleHomestay,
  sampleInput,
  sampleLimits,
  sampleNow,
  sampleOrder,
} from '../../../testing/order/sample-order.ts';
import { createHomestayOrder } from '../actions/create-homestay-order.ts';
import type { Order } from '../domain/order.ts';
import type { Placed } from './place-order.ts';

let fresh: Database;
/** The same database, over connections whose commands are seen. */
let database: Database;
beforeAll(async () => {
  fresh = await freshDatabase('order');
  database = await openDatabase(testMongoUri(), fresh.db.databaseName, { metrics: new Registry() });
});
afterAll(async () => {
  await database.stop();
  await fresh.stop();
});
const collections = ['orders', 'nights', 'orderKeys', 'travellers'] as const;
beforeEach(async () => {
  for (const name of collections) await database.db.collection(name).deleteMany({});
});

const ofAnybody = (given: Partial<Order> = {}) =>
  sampleOrder({ travellerId: crypto.randomUUID(), homestayId: crypto.randomUUID(), ...given });
const several = (count: number) => Array.from({ length: count }, () => ofAnybody());
const limits = { maxUnpaid: 5, maxUnpaidAtHomestay: 3 };

/** What is stored, without what the database makes up. */
const stored = async () => {
  const found: Record<string, unknown[]> = {};
  for (const name of collections)
    found[name] = await database.db.collection(name).find().sort({ _id: 1 }).toArray();
  return found;
};

/** Places orders at once. The first goes alone, and all others wait for it. */
const placeAtOnce = (orders: readonly Order[], on = database) => {
  const { place } = openOrderStores(on);
  return Promise.all(orders.map((order) => place(order, limits)));
};

test('orders that come at once need no more commands than two of them', async () => {
  const { sent, stop } = watchCommands(({ commandName }) => [commandName]);
  const outcomes = await placeAtOnce(several(20));
  stop();
  expect(new Set(outcomes)).toEqual(new Set(['placed']));
  expect(sent.filter((name) => name === 'commitTransaction')).toHaveLength(2);
  expect(sent.filter((name) => name === 'insert')).toHaveLength(6);
});

test('what is stored of orders is the same, whether they are placed together or alone', async () => {
  const orders = several(5);
  await placeAtOnce(orders);
  const together = await stored();
  for (const name of collections) await database.db.collection(name).deleteMany({});
  const { place } = openOrderStores(database);
  for (const order of orders) await place(order, limits);
  expect(together).toEqual(await stored());
});

describe('of orders that come at once, one that can’t be placed is refused as if it were alone', () => {
  const cases: Record<string, [outcome: Placed, bad: (earlier: Order) => Partial<Order>]> = {
    'its nights are taken': ['nights taken', ({ homestayId }) => ({ homestayId })],
    'its traveller has its idempotency key already': [
      'order key taken',
      ({ travellerId, idempotencyKey }) => ({ travellerId, idempotencyKey }),
    ],
    'its number is taken': ['order key taken', ({ sn }) => ({ sn })],
    'its traveller has too many unpaid orders': [
      'too many unpaid',
      () => ({ travellerId: 'hoarder' }),
    ],
  };
  test.each(Object.entries(cases))('%s', async (_, [outcome, bad]) => {
    const earlier = ofAnybody();
    const { place } = openOrderStores(database);
    for (const order of [earlier, ...several(5).map((one) => ({ ...one, travellerId: 'hoarder' }))])
      expect(await place(order, limits)).toBe('placed');
    const before = await stored();
    const good = several(6);
    const orders = good.toSpliced(3, 0, ofAnybody(bad(earlier)));
    const outcomes = await placeAtOnce(orders);
    expect(outcomes.toSpliced(3, 1)).toEqual(good.map(() => 'placed'));
    expect(outcomes[3]).toBe(outcome);
    const added = Object.entries(await stored()).map(([name, all]) => [
      name,
      all.length - (before[name]?.length ?? 0),
    ]);
    expect(Object.fromEntries(added)).toEqual({
      ...{ orders: good.length, orderKeys: good.length, travellers: good.length },
      nights: 2 * good.length,
    });
  });

  test('it wants the nights of another one', async () => {
    const homestayId = crypto.randomUUID();
    const rivals = [ofAnybody({ homestayId }), ofAnybody({ homestayId })];
    const outcomes = await placeAtOnce([...several(3), ...rivals, ...several(3)]);
    expect(outcomes.toSorted()).toEqual(['nights taken', ...Array(7).fill('placed')]);
    const nights = await database.db.collection('nights').find({ homestayId }).toArray();
    expect(new Set(nights.map(({ orderSn }) => orderSn)).size).toBe(1);
  });
});

test('a traveller whose noted orders are paid is not refused beside others', async () => {
  const { place, change } = openOrderStores(database);
  for (const order of several(5).map((one) => ({ ...one, travellerId: 'regular guest' }))) {
    expect(await place(order, limits)).toBe('placed');
    await change({ sn: order.sn, cause: 'PAID', at: sampleNow });
  }
  const outcomes = await placeAtOnce([
    ...several(3),
    ofAnybody({ travellerId: 'regular guest' }),
    ...several(3),
  ]);
  expect(outcomes).toEqual(Array(7).fill('placed'));
});

describe('if nobody knows whether they were committed', () => {
  /** Lets the answer to the second transaction get lost: that of all but the first order. */
  function withLostAnswer(wasCommitted: boolean): Database {
    let begun = 0;
    return {
      ...database,
      async transaction(work) {
        begun += 1;
        const isLost = begun === 2;
        const result = isLost && !wasCommitted ? undefined : await database.transaction(work);
        if (isLost) throw new Error('the connection was closed');
        return result as never;
      },
    };
  }

  test.each([true, false])('each traveller has one order (committed: %s)', async (committed) => {
    const store = openOrderStores(withLostAnswer(committed));
    const needs = {
      ...store,
      limits: { ...sampleLimits, ...limits },
      now: async () => sampleNow,
      homestay: async (id: string) => sampleHomestay({ id }),
      setCloseJob: async () => {},
    };
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, i) =>
        createHomestayOrder(
          needs,
          { userId: `traveller-${i}` },
          sampleInput({ homestayId: `home-${i}` }),
        ),
      ),
    );
    const { orders, nights } = await stored();
    expect(orders).toHaveLength(6);
    expect(nights).toHaveLength(12);
    for (const [i, answer] of answers.entries())
      expect(answer).toMatchObject({ travellerId: `traveller-${i}`, homestayId: `home-${i}` });
  });
});
