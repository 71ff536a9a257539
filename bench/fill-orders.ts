import { Registry } from 'prom-client';
import { type Database, openDatabase } from '../runtime/mongo.ts';
import type { Order } from '../subgraphs/order/domain/order.ts';
import { type NightDocument, nightDocuments } from '../subgraphs/order/store/nights.ts';
import { orderCollection, toDocument } from '../subgraphs/order/store/order-document.ts';
import { migrateTestDatabases, testDatabasePrefix } from '../testing/database.ts';

const batch = 1_000;

/**
 * Makes databases of a system, with so many orders and their nights. The indexes are there before
 * the orders: building one afterwards takes the embedded engine hours.
 */
export async function fillOrders(
  uri: string,
  size: number,
  orderAt: (number: number) => Order,
): Promise<{ prefix: string; database: Database }> {
  const prefix = testDatabasePrefix();
  await migrateTestDatabases(prefix, uri);
  const database = await openDatabase(uri, `${prefix}order`, {
    metrics: new Registry(),
    // So many documents at once may take the database longer than a request may.
    patient: true,
  });
  const nights = database.db.collection<NightDocument>('nights');
  for (let done = 0; done < size; done += batch) {
    const some = Array.from({ length: batch }, (_, i) => orderAt(done + i));
    await orderCollection(database.db).insertMany(some.map(toDocument), { ordered: false });
    await nights.insertMany(some.flatMap(nightDocuments), { ordered: false });
    if ((done + batch) % 50_000 === 0) console.error(`    ${done + batch} are there`);
  }
  return { prefix, database };
}
