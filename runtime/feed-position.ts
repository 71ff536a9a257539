import { leaseOwner } from './lease.ts';
import type { Database } from './mongo.ts';

type Position = { _id: 'position'; token?: unknown; owner: string; leaseUntil: Date };

// After a process is killed, nobody follows the changes for this long.
const leaseMs = 4_000;

/** Where the change feed resumes, and a lease on it: one process at a time follows the changes. */
export function openFeedPosition({ db, now }: Pick<Database, 'db' | 'now'>) {
  const positions = db.collection<Position>('change_feed');
  const owner = leaseOwner();
  const mine = { _id: 'position', owner } as const;
  return {
    /** Takes or renews the lease, by the database's clock. False if another process holds it. */
    async take(): Promise<boolean> {
      const nobody = { owner: '', leaseUntil: new Date(0) };
      await positions.updateOne({ _id: 'position' }, { $setOnInsert: nobody }, { upsert: true });
      const at = await now();
      const free = [{ owner }, { leaseUntil: { $lt: at } }];
      const lease = { owner, leaseUntil: new Date(at.getTime() + leaseMs) };
      const taken = await positions.updateOne({ _id: 'position', $or: free }, { $set: lease });
      return taken.matchedCount === 1;
    },
    /** The process that follows now; undefined if none does. */
    holder: async () =>
      (await positions.findOne({ _id: 'position', leaseUntil: { $gt: await now() } }))?.owner,
    token: async () => (await positions.findOne({ _id: 'position' }))?.token,
    save: (token: unknown) => positions.updateOne(mine, { $set: { token } }),
    forget: () => positions.updateOne(mine, { $unset: { token: '' } }),
    release: () => positions.updateOne(mine, { $set: { leaseUntil: new Date(0) } }),
  };
}
