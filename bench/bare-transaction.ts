import type { Database } from '../runtime/mongo.ts';
import { type NightDocument, nightDocuments } from '../subgraphs/order/store/nights.ts';
import { orderCollection, toDocument } from '../subgraphs/order/store/order-document.ts';
import { sampleOrder } from '../testing/order/sample-order.ts';
import { type Figures, spreadOf } from './rows.ts';

const hourMs = 3_600_000;

/**
 * The writes that placing an order cannot do without: one order and two nights, as the driver
 * writes them. None of these orders is due before an hour has passed.
 */
export async function bareTransactions(
  database: Database,
  { writers, seconds }: { writers: number; seconds: number },
): Promise<Figures> {
  const orders = orderCollection(database.db);
  const nights = database.db.collection<NightDocument>('nights');
  const took: number[] = [];
  const before = process.cpuUsage();
  const begin = performance.now();
  const closeAt = new Date(Date.now() + hourMs);
  const write = async () => {
    for (let from = begin; from < begin + seconds * 1_000; from = performance.now()) {
      const sn = `HSO${crypto.randomUUID().slice(0, 22)}`;
      const order = sampleOrder({ sn, closeAt, homestayId: crypto.randomUUID() });
      await database.transaction(async (session) => {
        await orders.insertOne(toDocument(order), { session });
        await nights.insertMany(nightDocuments(order), { session });
      });
      took.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: writers }, write));
  const { user, system } = process.cpuUsage(before);
  return {
    cpu: (user + system) / took.length,
    perSecond: (took.length * 1_000) / (performance.now() - begin),
    ...spreadOf(took),
  };
}
