import type { Database } from '../runtime/mongo.ts';
import type { Order } from '../subgraphs/order/domain/order.ts';
import { openOrderStores } from '../testing/order/open-stores.ts';
import { sampleOrder } from '../testing/order/sample-order.ts';
import { eachQuery } from './each-query.ts';
import { fewAndMany } from './few-and-many.ts';
import { fillOrders } from './fill.ts';
import type { Benchmark, Figures } from './rows.ts';

/** Each traveller has so many orders, however many there are in all. */
const ordersOfOne = 20;

/**
 * What a traveller and the scheduler ask of the order service's database, with few orders in it and
 * with many: each must cost the same. `documents` is how many documents the database looks at, by
 * its own explanation of the queries; a number says how many orders are many.
 */
export const run: Benchmark = fewAndMany({
  ...{ benchmark: 'growth', what: 'orders', many: { quick: 10_000, whole: 100_000 } },
  async measured(uri, size) {
    const { database } = await fillOrders(uri, size, orderAt);
    const figures = await measured(database, size);
    await database.stop();
    return figures;
  },
});

const travellerOf = (number: number) => `traveller-${Math.floor(number / ordersOfOne)}`;
/** Most orders have ended, as they have after a while. One in a hundred waits to be paid. */
const orderAt = (number: number): Order => {
  const waits = number % 100 === 0;
  return sampleOrder({
    ...{ homestayId: crypto.randomUUID(), travellerId: travellerOf(number) },
    state: waits ? 'WAIT_PAY' : 'USED',
    closeAt: new Date(Date.now() + 3_600_000),
  });
};

async function measured(database: Database, size: number): Promise<Record<string, Figures>> {
  const store = openOrderStores(database);
  const travellerId = travellerOf(Math.floor(size / 2));
  const newest = () => store.searchOrders({ travellerId }, null, 20);
  const fresh = () => sampleOrder({ homestayId: crypto.randomUUID(), travellerId });
  const [{ sn = '' } = {}] = await newest();
  const due = () => ({ kind: 'due', until: new Date(), now: new Date() }) as const;
  const limits = { maxUnpaid: 5_000, maxUnpaidAtHomestay: 5_000 };
  return {
    'create: an order with its nights': await eachQuery(database, () =>
      store.place(fresh(), limits),
    ),
    'list: 20 orders of a traveller': await eachQuery(database, newest),
    'detail: one order': await eachQuery(database, () => store.order(sn)),
    'look for due orders, none is': await eachQuery(database, () =>
      store.dueOrders(due(), [], 100),
    ),
    'close: one due order and its nights': await eachQuery(
      database,
      async () => store.closeDue(due(), await store.dueOrders(due(), [], 100)),
      () => store.place({ ...fresh(), closeAt: new Date(Date.now() - 1_000) }, limits),
    ),
  };
}
