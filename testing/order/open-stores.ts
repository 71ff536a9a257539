import type { Database } from '../../runtime/mongo.ts';
import { openNights } from '../../subgraphs/order/store/nights.ts';
import { openOrders } from '../../subgraphs/order/store/orders.ts';

export type OrderStores = ReturnType<typeof openOrderStores>;

/** Both collections of the order service, as its actions see them. */
export function openOrderStores(database: Database) {
  const nights = openNights(database);
  return { now: database.now, ...nights, ...openOrders(database, nights) };
}
