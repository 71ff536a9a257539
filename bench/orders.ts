import { openDatabase } from '../runtime/mongo.ts';
import { bareTransactions } from './bare-transaction.ts';
import { inFlight, play } from './load.ts';
import { startMeasuredSystem } from './measured-system.ts';
import * as placing from './placing.ts';
import { step } from './progress.ts';
import { type Benchmark, type Figures, mediansOf, type Row } from './rows.ts';
import { withMongo } from './stage.ts';

/**
 * Placing an order: from the gateway through all services, all in one process as by `npm start`,
 * beside the transaction alone: one order and two nights, as the driver writes them. Both on the
 * same database, taking turns.
 */
export const run: Benchmark = async ({ quick }) => {
  const [count, seconds] = quick ? [2, 1] : [3, 2];
  const rounds: Record<'ours' | 'floor', Figures[]> = { ours: [], floor: [] };
  await withMongo(async (uri) => {
    const system = await startMeasuredSystem(uri, placing.homestays, placing.settings);
    const orders = await placing.requests();
    const order = await openDatabase(uri, `${system.prefix}order`);
    try {
      for (let round = 0; round <= count; round += 1) {
        step(round === 0 ? 'warming up' : `round ${round} of ${count}`);
        const ours = await play({ ...system, ...orders, seconds });
        const floor = await bareTransactions(order, { writers: inFlight, seconds });
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
