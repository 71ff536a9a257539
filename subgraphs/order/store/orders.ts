import type { Database } from '../../../runtime/mongo.ts';
import { archiveCollection, archiveOrders } from './archive-orders.ts';
import { changeOrders } from './change-orders.ts';
import { closeOrders, type OnClosed } from './close-orders.ts';
import type { NightStore } from './nights.ts';
import { orderAttempts } from './order-attempts.ts';
import { orderCollection } from './order-document.ts';
import { openOrderKeys } from './order-keys.ts';
import { placeOrderIn } from './place-order.ts';
import { readOrders } from './read-orders.ts';

export type OrderStore = ReturnType<typeof openOrders>;

/** The orders. What changes their nights too is one transaction. */
export function openOrders(database: Database, nights: NightStore, onClosed?: OnClosed) {
  const orders = orderCollection(database.db);
  return {
    place: placeOrderIn(database, orders, nights),
    ...readOrders({
      orders,
      archive: archiveCollection(database.db),
      keys: openOrderKeys(database.db),
    }),
    ...changeOrders(database, orders, nights),
    ...closeOrders(database, orders, nights, onClosed),
    ...orderAttempts(orders),
    ...archiveOrders(database, orders, nights),
  };
}
