import { type Database, openDatabase } from '../../runtime/mongo.ts';
import { orderCollection } from '../../subgraphs/order/store/order-document.ts';
import { migrateTestDatabases, testDatabasePrefix } from '../../testing/database.ts';
import { openOrderStores } from '../../testing/order/open-stores.ts';
import { sampleOrder } from '../../testing/order/sample-order.ts';
import { inBatches, insertOrders } from '../fill.ts';

/** Seconds until the last order was closed, and milliseconds that orders were late. */
export type Closed = { seconds: number; late: { p50: number; p99: number } };

/** Stores orders of two nights each that are all due at one instant, some seconds ahead. */
export async function fill(
  database: Database,
  count: number,
): Promise<{ closeAt: Date; sns: string[] }> {
  const closeAt = secondIn(5_000 + count / 2);
  return { closeAt, sns: await store(database, count, closeAt) };
}

/** The first whole second after so many milliseconds. */
export const secondIn = (ms: number): Date => new Date(Math.ceil((Date.now() + ms) / 1000) * 1000);

/** Stores orders of two nights each. @returns their numbers */
export async function store(database: Database, count: number, closeAt: Date): Promise<string[]> {
  const sns: string[] = [];
  await inBatches(count, async (_, size) => {
    const some = Array.from({ length: size }, () =>
      sampleOrder({ closeAt, homestayId: crypto.randomUUID() }),
    );
    sns.push(...some.map(({ sn }) => sn));
    await insertOrders(database.db, some);
  });
  return sns;
}

/** So many orders are looked at to see how many of all are closed. */
const watched = 200;

/**
 * Waits until no order is unpaid any more. Of all orders it looks at some, by their keys: to look
 * for those that are due costs the database as much as to close many.
 */
export async function untilClosed(database: Database, closeAt: Date): Promise<Closed> {
  if (Date.now() > closeAt.getTime()) throw new Error('the orders were due before all was set');
  const orders = orderCollection(database.db);
  const unpaid = { state: 'WAIT_PAY', closeAt: { $lte: closeAt } } as const;
  const all = await orders.find(unpaid, { projection: { _id: 1 } }).toArray();
  const step = Math.max(1, Math.floor(all.length / watched));
  const some = all.flatMap(({ _id }, at) => (at % step === 0 ? _id : []));
  const lateAt: { p50?: number; p99?: number } = {};
  for (;;) {
    const open = await orders.countDocuments({ _id: { $in: some }, state: 'WAIT_PAY' });
    const any = open > 0 || (await orders.findOne(unpaid, { projection: { _id: 1 } })) !== null;
    const late = Date.now() - closeAt.getTime();
    if (open <= some.length / 2) lateAt.p50 ??= late;
    if (open <= some.length / 100) lateAt.p99 ??= late;
    if (!any)
      return { seconds: late / 1000, late: { p50: lateAt.p50 ?? late, p99: lateAt.p99 ?? late } };
    if (late > 120_000) throw new Error('some of the orders were not closed in two minutes');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** An order closed by itself, as one would write it first. */
export type CloseOne = (sn: string) => Promise<unknown>;

/** A database of its own, with orders that are due, and the way to close one of them. */
export async function dueOrders(uri: string, count: number) {
  const prefix = testDatabasePrefix();
  await migrateTestDatabases(prefix, uri);
  const database = await openDatabase(uri, `${prefix}order`);
  const store = openOrderStores(database);
  const close: CloseOne = (sn) => store.change({ sn, cause: 'DEADLINE_PASSED', at: new Date() });
  return { database, ...(await fill(database, count)), close };
}
