import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Database } from '../../../runtime/mongo.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { type OrderStores, openOrderStores } from '../../../testing/order/open-stores.ts';
import { sampleOrder } from '../../../testing/order/sample-order.ts';
import type { Order } from '../domain/order.ts';
import { type OrderDocument, toDocument } from '../store/order-document.ts';
import { expireUnusedOrders } from './expire-unused-orders.ts';

let database: Database;
let store: OrderStores;
beforeAll(async () => {
  database = await freshDatabase();
  store = await openOrderStores(database);
});
afterAll(() => database.stop());

/** An order that leaves on 12 December, at a homestay of its own. */
const leaving = (timeZone: string, given: Partial<Order> = {}) => {
  const order = sampleOrder({ state: 'WAIT_USE', homestayId: crypto.randomUUID(), ...given });
  return { ...order, snapshot: { ...order.snapshot, timeZone } };
};
const expireAt = (instant: string) =>
  expireUnusedOrders({ ...store, now: async () => new Date(instant) });
const states = async (orders: Order[]) =>
  Promise.all(orders.map(async ({ sn }) => (await store.order(sn))?.state));

test('a paid order expires when the day of departure has passed where its homestay lies, and then only', async () => {
  const shanghai = leaving('Asia/Shanghai');
  const lisbon = leaving('Europe/Lisbon');
  const others = [
    leaving('Asia/Shanghai', { state: 'USED' }),
    leaving('Asia/Shanghai', { state: 'WAIT_PAY' }),
    leaving('Asia/Shanghai', { refundSn: 'RFD1' }),
  ];
  for (const order of [shanghai, lisbon, ...others]) await store.place(order);

  expect(await expireAt('2026-12-12T15:59:59.999Z')).toBe(0);
  expect(await expireAt('2026-12-12T16:00:00.000Z')).toBe(1);
  expect(await states([shanghai, lisbon, ...others])).toEqual([
    'EXPIRED',
    'WAIT_USE',
    'USED',
    'WAIT_PAY',
    'WAIT_USE',
  ]);
  expect(await expireAt('2026-12-13T00:00:00.000Z')).toBe(1);
  expect(await states([lisbon])).toEqual(['EXPIRED']);
  expect(await expireAt('2026-12-13T00:00:00.000Z')).toBe(0);
});

test('many orders that may still be used keep none waiting that has to expire', async () => {
  const yesterday = { checkOut: '2026-12-11' };
  const usable = Array.from({ length: 520 }, () => leaving('America/Los_Angeles', yesterday));
  const unused = leaving('Asia/Shanghai', yesterday);
  await database.db
    .collection<OrderDocument>('orders')
    .insertMany([...usable, unused].map(toDocument));
  expect(await expireAt('2026-12-12T07:30:00.000Z')).toBe(1);
  expect(await states([unused])).toEqual(['EXPIRED']);
});
