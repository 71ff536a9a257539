import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Database } from '../../../runtime/mongo.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { type OrderStores, openOrderStores } from '../../../testing/order/open-stores.ts';
import { sampleNow, sampleOrder } from '../../../testing/order/sample-order.ts';

let database: Database;
let store: OrderStores;
beforeAll(async () => {
  database = await freshDatabase();
  store = await openOrderStores(database);
});
afterAll(() => database.stop());

test('pages of orders that were placed in the same instant lose none and repeat none', async () => {
  const travellerId = 'traveller-busy';
  const later = new Date(sampleNow.getTime() + 1);
  const orders = [sampleNow, sampleNow, sampleNow, later, later].map((createdAt) =>
    sampleOrder({ travellerId, createdAt, homestayId: crypto.randomUUID() }),
  );
  for (const order of orders) await store.place(order);
  const seen: string[] = [];
  for (let after: { createdAt: Date; sn: string } | null = null; ; ) {
    const [next] = await store.ordersOf({ travellerId, after, limit: 1 });
    if (!next) break;
    seen.push(next.sn);
    after = next;
  }
  expect(seen).toEqual(orders.map(({ sn }) => sn).reverse());
});
