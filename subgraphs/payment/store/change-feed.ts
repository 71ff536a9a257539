import { randomUUID } from 'node:crypto';
import type { ResumeToken } from 'mongodb';
import { type ChangeFollower, followChangeStream } from '../../../runtime/change-stream.ts';
import type { Stop } from '../../../runtime/lifecycle.ts';
import type { Log } from '../../../runtime/log.ts';
import type { Database } from '../../../runtime/mongo.ts';

type FeedDatabase = Pick<Database, 'db' | 'now'>;

export type ChangeFeedOptions = {
  database: FeedDatabase;
  log: Log;
  /** Called for each change, for one document in order. The place in the stream is stored when it is done. */
  onChange: (collection: 'payments' | 'refunds', sn: string) => Promise<void>;
  /** Called when the stream (re)opens: what changed while nobody listened must be found another way. */
  onOpen: () => Promise<void>;
};

type Place = { _id: 'place'; token?: ResumeToken; owner: string; leaseUntil: Date };
type Change = { ns: { coll: 'payments' | 'refunds' }; documentKey: { _id: string } };

// Nobody follows this long after a process was killed. Work that takes longer may run twice, which changes nothing.
const leaseMs = 4_000;
const renewEveryMs = 1_000;
const mostUnderWay = 100;
/** Only what `onChange` needs travels. */
const pipeline = [
  { $match: { 'ns.coll': { $in: ['payments', 'refunds'] }, operationType: { $ne: 'delete' } } },
  { $project: { documentKey: 1, ns: 1 } },
];

/**
 * Follows the changes of payments and refunds from the stored place on. One process follows at a time: it holds a lease
 * on the place, and another takes over when it ends. A change may be seen twice, none is left out.
 */
export function followChanges({ database, log, onChange, onOpen }: ChangeFeedOptions): Stop {
  const place = placeIn(database);
  const work = workInOrder<string>();
  const stopping = new AbortController();
  let renewAt = 0;

  const keepsLease = async () => {
    if (Date.now() < renewAt) return true;
    renewAt = Date.now() + renewEveryMs;
    return place.take();
  };
  const follower: ChangeFollower<Change> = {
    async start() {
      await place.prepare();
      if (!(await place.take())) return 'later';
      return { token: await place.token() };
    },
    watch: (options) => database.db.watch<never, never>(pipeline, options),
    onOpen,
    async onAnswer(change, token) {
      if (change) {
        const { documentKey, ns } = change;
        work.add(documentKey._id, () => onChange(ns.coll, documentKey._id));
      }
      if (work.size() > 0 && (!change || work.size() >= mostUnderWay)) {
        await work.done();
        await place.store(token);
      }
      return keepsLease();
    },
    // `onOpen` finds what was missed.
    onTokenLost: async () => void (await place.forget()),
  };
  const running = followChangeStream(follower, { signal: stopping.signal, log });
  return async () => {
    stopping.abort();
    await running;
    await work.done().catch(() => {});
    await place.release().catch(() => {});
  };
}

/** Runs the work for one key in order, and the work for different keys side by side. */
function workInOrder<Key>() {
  const underWay = new Map<Key, Promise<void>>();
  return {
    add(key: Key, run: () => Promise<void>) {
      const before = underWay.get(key) ?? Promise.resolve();
      const running = before.then(run);
      // `done` tells about a failure. Until then it must not count as unhandled.
      running.catch(() => {});
      underWay.set(key, running);
    },
    size: () => underWay.size,
    /** Rejects when some of it fails. */
    async done() {
      const all = [...underWay.values()];
      underWay.clear();
      await Promise.all(all);
    },
  };
}

/** Where to resume the stream, and which process follows it now. */
function placeIn({ db, now }: FeedDatabase) {
  const places = db.collection<Place>('change_feed');
  const owner = randomUUID();
  return {
    prepare: async (): Promise<void> => {
      const nobody = { owner: '', leaseUntil: new Date(0) };
      await places.updateOne({ _id: 'place' }, { $setOnInsert: nobody }, { upsert: true });
    },
    /** Takes or renews the lease, by the database's clock. @returns false when another process holds it */
    async take(): Promise<boolean> {
      const at = await now();
      const free = [{ owner }, { leaseUntil: { $lt: at } }];
      const lease = { owner, leaseUntil: new Date(at.getTime() + leaseMs) };
      return (
        (await places.updateOne({ _id: 'place', $or: free }, { $set: lease })).matchedCount === 1
      );
    },
    token: async () => (await places.findOne({ _id: 'place' }))?.token,
    store: (token: unknown) => places.updateOne({ _id: 'place', owner }, { $set: { token } }),
    forget: () => places.updateOne({ _id: 'place', owner }, { $unset: { token: '' } }),
    release: () => places.updateOne({ _id: 'place', owner }, { $set: { leaseUntil: new Date(0) } }),
  };
}
