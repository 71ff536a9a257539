import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { type Database, isDuplicateKey } from './mongo.ts';

/**
 * The right to do something that only one process may do at a time. It runs out by the database's
 * clock.
 */
export type Lease = {
  owner: string;
  /** Takes the lease, or extends it. False while another process holds it. */
  take(): Promise<boolean>;
  /** Gives it back, so that another process need not wait until it runs out. */
  release(): Promise<void>;
};

type LeaseDocument = { _id: string; owner: string; until: Date };

/** A new owner of leases; it names the process, for people. */
export const leaseOwner = (): string => `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`;

/** The leases that are held now. */
export async function leaseHolders({ db, now }: Pick<Database, 'db' | 'now'>) {
  const held = await db
    .collection<LeaseDocument>('leases')
    .find({ until: { $gt: await now() } })
    .toArray();
  return held.map(({ _id: lease, owner: holder }) => ({ lease, holder }));
}

/**
 * A lease of this process.
 * @param name what is done under it
 * @param ms for how long it is held unless it is taken again
 */
export function openLease(
  { db, now }: Pick<Database, 'db' | 'now'>,
  name: string,
  ms: number,
): Lease {
  const leases = db.collection<LeaseDocument>('leases');
  const owner = leaseOwner();
  return {
    owner,
    async take() {
      const at = await now();
      const free = { _id: name, $or: [{ owner }, { until: { $lt: at } }] };
      const until = new Date(at.getTime() + ms);
      try {
        // Without a document it is inserted; if another process holds it, that insert meets its
        // key.
        await leases.updateOne(free, { $set: { owner, until } }, { upsert: true });
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },
    release: async () => void (await leases.deleteOne({ _id: name, owner })),
  };
}

const pollMs = 20;

/**
 * Runs work under a lease, after whoever has it now. Only for work that may run in two processes at
 * once: if the lease is not free in time, it runs all the same.
 */
export async function preferAlone<T>(
  lease: Lease,
  work: () => Promise<T>,
  waitMs: number,
): Promise<T> {
  const end = Date.now() + waitMs;
  let taken = await lease.take();
  while (!taken && Date.now() < end) {
    await delay(pollMs);
    taken = await lease.take();
  }
  try {
    return await work();
  } finally {
    if (taken) await lease.release();
  }
}

/**
 * Makes a function that runs work unless it is under way already, in this process or in another.
 * Null if it is.
 */
export function singleRun(lease: Lease): <T>(work: () => Promise<T>) => Promise<T | null> {
  let running = false;
  return async (work) => {
    if (running) return null;
    running = true;
    try {
      if (!(await lease.take())) return null;
      return await work().finally(() => lease.release());
    } finally {
      running = false;
    }
  };
}
