import { type Database, openDatabase } from '../runtime/mongo.ts';
import type { NightDocument } from '../subgraphs/order/store/nights.ts';
import { nightDocuments } from '../subgraphs/order/store/nights.ts';
import { orderCollection, toDocument } from '../subgraphs/order/store/order-document.ts';
import { sampleOrder } from '../testing/order/sample-order.ts';
import { inFlight, play } from './load.ts';
import { startMeasuredSystem } from './measured-system.ts';
import * as placing from './placing.ts';
import { type Benchmark, type Figures, mediansOf, type Row, spreadOf } from './rows.ts';
import { withMongo } from './stage.ts';

/**
 * Placing an order: from the gateway through all services, all in one process as by `npm start`,
 * beside the transaction alone: one order and two nights, as the driver writes them. Both on the
 * same database, taking turns.
 */
export const run: Benchmark = async ({ quick }) => {
  const [count, seconds] = quick ? [2, 1] : [5, 2];
  const rounds: Record<'ours' | 'floor', Figures[]> = { ours: [], floor: [] };
  await withMongo(async (uri) => {
    const system = await startMeasuredSystem(uri, placing.homestays, placing.settings);
    const orders = await placing.requests();
    const order = await openDatabase(uri, `${system.prefix}order`);
    try {
      for (let round = 0; round <= count; round += 1) {
        console.error(`  ${round === 0 ? 'warming up' : `round ${round} of ${count}`}`);
        const ours = await play({ ...system, ...orders, seconds });
        const floor = await transactions(order, seconds);
        if (round === 0) continue;
        rounds.ours.push(ours);
        rounds.floor.push(floor);
      }
    } finally {
      await order.stop();
      system.process.stop();
    }
  });
  const row = { benchmark: 'orders', task: 'an order of two nights', by: 'perSecond' } as const;
  return [
    { ...row, subject: 'ours', role: 'ours', figures: mediansOf(rounds.ours) },
    { ...row, subject: 'the transaction alone', role: 'floor', figures: mediansOf(rounds.floor) },
  ] satisfies Row[];
};

/** The writes that placing an order cannot do without, as many at once as requests elsewhere. */
async function transactions(database: Database, seconds: number): Promise<Figures> {
  const orders = orderCollection(database.db);
  const nights = database.db.collection<NightDocument>('nights');
  const took: number[] = [];
  const before = process.cpuUsage();
  const begin = performance.now();
  const write = async () => {
    for (let from = begin; from < begin + seconds * 1_000; from = performance.now()) {
      const order = sampleOrder({
        sn: `HSO${crypto.randomUUID().slice(0, 22)}`,
        homestayId: crypto.randomUUID(),
      });
      await database.transaction(async (session) => {
        await orders.insertOne(toDocument(order), { session });
        await nights.insertMany(nightDocuments(order), { session });
      });
      took.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, write));
  const { user, system } = process.cpuUsage(before);
  return {
    cpu: (user + system) / took.length,
    perSecond: (took.length * 1_000) / (performance.now() - begin),
    ...spreadOf(took),
  };
}
