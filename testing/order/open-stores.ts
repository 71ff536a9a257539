import type { Database } from '../../runtime/mongo.ts';
import { openNights } from '../../subgraphs/order/store/nights.ts';
import { openOrders } from '../../subgraphs/order/store/orders.ts';

export type OrderStores = Awaited<ReturnType<typeof openOrderStores>>;

/** Both collections of the order service, as its actions see them. */
export async function openOrderStores(database: Database) {
  const nights = await openNights(database);
  return { now: database.now, ...nights, ...(await openOrders(database, nights)) };
}
