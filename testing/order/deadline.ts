import { openJobQueue } from '../../runtime/job-queue.ts';
import { testMongoUri } from '../database.ts';
import type { TestSystem } from '../system.ts';
import { updateEach } from '../update-each.ts';

/** Sets the deadline of orders, with the job that closes them. */
export async function setDeadline(
  { databases, env }: TestSystem,
  orders: readonly { sn: string }[],
  closeAt: Date,
): Promise<void> {
  const stored = databases.order.collection<{ _id: string }>('orders');
  const those = { _id: { $in: orders.map(({ sn }) => sn) } };
  await updateEach(stored, those, { $set: { closeAt } });
  const attempt = { 'attempt.closeFrom': { $exists: true } };
  await updateEach(stored, { ...those, ...attempt }, { $set: { 'attempt.closeFrom': closeAt } });
  const queue = await openJobQueue({
    MONGODB_URI: testMongoUri(),
    DATABASE_PREFIX: env.DATABASE_PREFIX as string,
  });
  await queue.setJob('close-orders', closeAt);
  await queue.stop();
}
