import type { Database } from '../../../runtime/mongo.ts';
import { changeOrders } from './change-orders.ts';
import { closeOrders } from './close-orders.ts';
import type { NightStore } from './nights.ts';
import { orderAttempts } from './order-attempts.ts';
import { createOrderIndexes, orderCollection } from './order-document.ts';
import { placeOrderIn } from './place-order.ts';
import { readOrders } from './read-orders.ts';

export type OrderStore = Awaited<ReturnType<typeof openOrders>>;

/** The orders. What changes their nights too is one transaction. */
export async function openOrders(database: Database, nights: NightStore) {
  const orders = orderCollection(database.db);
  await createOrderIndexes(orders);
  return {
    place: placeOrderIn(database, orders, nights),
    ...readOrders(orders),
    ...changeOrders(database, orders, nights),
    ...closeOrders(database, orders, nights),
    ...orderAttempts(orders),
  };
}
