import type { Db } from 'mongodb';
import { Registry } from 'prom-client';
import { type Database, openDatabase } from '../runtime/mongo.ts';
import type { Order } from '../subgraphs/order/domain/order.ts';
import { type NightDocument, nightDocuments } from '../subgraphs/order/store/nights.ts';
import { orderCollection, toDocument } from '../subgraphs/order/store/order-document.ts';
import { addHomestays } from '../testing/catalogue.ts';
import { migrateTestDatabases, testDatabasePrefix } from '../testing/database.ts';
import { step } from './progress.ts';

const batch = 1_000;
/** While one batch is made, the database takes another. */
const writers = 2;

/** Makes databases of a system, with so many homestays. @returns their prefix */
export async function fillHomestays(uri: string, homestays: number): Promise<string> {
  const prefix = testDatabasePrefix();
  await migrateTestDatabases(prefix, uri);
  const travel = await openDatabase(uri, `${prefix}travel`);
  await addHomestays(travel, homestays);
  await travel.stop();
  return prefix;
}

export type Filling = {
  uri: string;
  /** Whose database is filled. */
  owner: 'order' | 'travel';
  size: number;
  /** Inserts what has these numbers. */
  insert: (db: Db, numbers: readonly number[]) => Promise<unknown>;
};

/**
 * Makes databases of a system, and fills one of them. The indexes are there before the documents:
 * building one afterwards takes the embedded engine hours.
 */
export async function fill(filling: Filling): Promise<{ prefix: string; database: Database }> {
  const { uri, owner, size, insert } = filling;
  const prefix = testDatabasePrefix();
  await migrateTestDatabases(prefix, uri);
  const database = await openDatabase(uri, `${prefix}${owner}`, {
    metrics: new Registry(),
    // So many documents at once may take the database longer than a request may.
    patient: true,
  });
  await inBatches(size, async (from, count) => {
    await insert(
      database.db,
      Array.from({ length: count }, (_, i) => from + i),
    );
    if ((from + count) % 50_000 === 0) step(`${from + count} are there`);
  });
  return { prefix, database };
}

/** Writes so many in batches of a thousand, two at a time. */
export async function inBatches(
  size: number,
  write: (from: number, count: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const writer = async () => {
    while (next < size) {
      const from = next;
      next += batch;
      await write(from, Math.min(batch, size - from));
    }
  };
  await Promise.all(Array.from({ length: writers }, writer));
}

/** Makes databases of a system, with so many orders and their nights. */
export const fillOrders = (uri: string, size: number, orderAt: (number: number) => Order) =>
  fill({
    ...{ uri, owner: 'order', size },
    insert: (db, numbers) => insertOrders(db, numbers.map(orderAt)),
  });

/** Inserts orders and the nights that they hold. */
export async function insertOrders(db: Db, orders: readonly Order[]): Promise<void> {
  const nights = db.collection<NightDocument>('nights');
  await orderCollection(db).insertMany(orders.map(toDocument), { ordered: false });
  await nights.insertMany(orders.flatMap(nightDocuments), { ordered: false });
}
