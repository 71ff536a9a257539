import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Database } from '../../../runtime/mongo.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { type OrderStores, openOrderStores } from '../../../testing/order/open-stores.ts';
import { sampleNow, sampleOrder } from '../../../testing/order/sample-order.ts';
import type { Order } from '../domain/order.ts';
import { type OrderState, orderStates, type TransitionCause } from '../domain/state.ts';
import { nightsOf } from '../domain/stay.ts';
import { atVersion } from '../domain/versions.ts';

let database: Database;
let store: OrderStores;
beforeAll(async () => {
  database = await freshDatabase('order');
  store = openOrderStores(database);
});
afterAll(() => database.stop());

/**
 * The rules as the design states them, written down a second time so that a slip in the table
 * shows.
 */
const allowed: [
  from: OrderState,
  cause: TransitionCause,
  to: OrderState,
  nightsAfter: 'held' | 'free',
][] = [
  ['WAIT_PAY', 'PAID', 'WAIT_USE', 'held'],
  ['WAIT_PAY', 'DEADLINE_PASSED', 'CANCELLED', 'free'],
  ['WAIT_PAY', 'CANCELLED_BY_TRAVELLER', 'CANCELLED', 'free'],
  ['WAIT_USE', 'CHECKED_IN', 'USED', 'held'],
  ['WAIT_USE', 'REFUNDED', 'REFUNDED', 'free'],
  ['WAIT_USE', 'CHECK_OUT_PASSED', 'EXPIRED', 'held'],
];
const causes = allowed.map(([, cause]) => cause);
const pairs = orderStates.flatMap((from) => causes.map((cause) => [from, cause] as const));
const at = new Date(sampleNow.getTime() + 60_000);

/** An order that stands in a state, with its nights held, at a homestay of its own. */
async function orderIn(state: OrderState) {
  const order = sampleOrder({ state, homestayId: crypto.randomUUID() });
  expect(await store.place(order)).toBe('placed');
  return order;
}
const held = async (order: { homestayId: string; checkIn: string; checkOut: string }) =>
  (await store.heldNights(order.homestayId, nightsOf(order))).map(({ night }) => night);

describe('every state against every cause', () => {
  test.each(pairs)('%s, %s', async (from, cause) => {
    const order = await orderIn(from);
    const rule = allowed.find((row) => row[0] === from && row[1] === cause);
    const changed = await store.change({ sn: order.sn, cause, at });
    const stored = await store.order(order.sn);
    if (!rule) {
      expect(changed).toBeNull();
      expect(stored).toEqual(order);
      expect(await held(order)).toEqual(nightsOf(order));
      return;
    }
    const [, , to, nightsAfter] = rule;
    expect(changed).toEqual({
      ...order,
      state: to,
      version: 2,
      history: [...order.history, { state: to, at, cause }],
    });
    expect(stored).toEqual(changed);
    expect(await held(order)).toEqual(nightsAfter === 'held' ? nightsOf(order) : []);
  });
});

test('one copy of an order tells each version that it has had', async () => {
  const { sn } = await orderIn('WAIT_PAY');
  for (const cause of ['PAID', 'CHECKED_IN'] as const) await store.change({ sn, cause, at });
  const copy = (await store.order(sn)) as Order;
  expect(copy.version).toBe(3);
  expect([1, 2, 3].map((version) => atVersion(copy, version).state)).toEqual([
    'WAIT_PAY',
    'WAIT_USE',
    'USED',
  ]);
});

test('of many changes at once exactly one wins, and the nights agree with it', async () => {
  const order = await orderIn('WAIT_PAY');
  const racing = ['PAID', 'DEADLINE_PASSED', 'CANCELLED_BY_TRAVELLER'] as const;
  const results = await Promise.all(
    Array.from({ length: 30 }, (_, i) =>
      store.change({ sn: order.sn, cause: racing[i % 3] as TransitionCause, at }),
    ),
  );
  expect(results.filter((result) => result !== null)).toHaveLength(1);
  const stored = await store.order(order.sn);
  expect(stored?.version).toBe(2);
  expect(await held(order)).toEqual(stored?.state === 'CANCELLED' ? [] : nightsOf(order));
});

describe('an order that a refund holds', () => {
  const heldBy = async (refundSn: string) => {
    const order = await orderIn('WAIT_USE');
    expect(await store.holdForRefund(order.sn, refundSn)).toBe(true);
    return order;
  };

  test.each([
    'CHECKED_IN',
    'CHECK_OUT_PASSED',
  ] as const)('does not change by %s, until it is let go', async (cause) => {
    const order = await heldBy('RFD1');
    expect(await store.change({ sn: order.sn, cause, at })).toBeNull();
    await store.releaseFromRefund(order.sn, 'RFD2');
    expect(await store.change({ sn: order.sn, cause, at })).toBeNull();
    await store.releaseFromRefund(order.sn, 'RFD1');
    expect(await store.change({ sn: order.sn, cause, at })).toMatchObject({ version: 2 });
  });

  test('A5: is not held again by a refund that has ended, though its request comes late', async () => {
    const order = await heldBy('RFD1');
    await store.releaseFromRefund(order.sn, 'RFD1');
    expect(await store.holdForRefund(order.sn, 'RFD1')).toBe(false);
    expect(await store.holdForRefund(order.sn, 'RFD2')).toBe(true);
    expect(await store.change({ sn: order.sn, cause: 'CHECKED_IN', at })).toBeNull();
  });

  test('is refunded by that one alone, and is held by one alone', async () => {
    const order = await heldBy('RFD1');
    expect(await store.holdForRefund(order.sn, 'RFD2')).toBe(false);
    expect(await store.holdForRefund(order.sn, 'RFD1')).toBe(true);
    expect(
      await store.change({ sn: order.sn, cause: 'REFUNDED', at, refundSn: 'RFD2' }),
    ).toBeNull();
    expect(await held(order)).toEqual(nightsOf(order));
    expect(
      await store.change({ sn: order.sn, cause: 'REFUNDED', at, refundSn: 'RFD1' }),
    ).toMatchObject({
      state: 'REFUNDED',
    });
    expect(await held(order)).toEqual([]);
  });
});
