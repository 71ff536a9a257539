import { randomUUID } from 'node:crypto';
import { setTimeout as after } from 'node:timers/promises';
import type { ChangeStream, ResumeToken } from 'mongodb';
import type { Stop } from '../../../runtime/lifecycle.ts';
import type { Log } from '../../../runtime/log.ts';
import type { Database } from '../../../runtime/mongo.ts';

type FeedDatabase = Pick<Database, 'db' | 'now'>;

export type ChangeFeedOptions = {
  database: FeedDatabase;
  log: Log;
  /** Called for each change, for one document in order. The place in the stream is stored only when it is done. */
  onChange: (collection: 'payments' | 'refunds', sn: string) => Promise<void>;
  /** Called when the stream (re)opens: what changed while nobody listened must be found another way. */
  onOpen: () => Promise<void>;
};

type Place = { _id: 'place'; token?: ResumeToken; owner: string; leaseUntil: Date };
type Change = { ns: { coll: 'payments' | 'refunds' }; documentKey: { _id: string } };

// How long nobody follows after a process was killed; work that takes longer may be done by two, which changes nothing.
const leaseMs = 4_000;
const renewEveryMs = 1_000;
const retryMs = 1_000;
const awaitMs = 500;
const mostUnderWay = 100;

/**
 * Follows the changes of payments and refunds, from the stored place on. One process follows at a time: it holds a lease on the
 * place, and another takes over when it ends. Everything may be seen twice, nothing is left out.
 */
export function followChanges({ database, log, onChange, onOpen }: ChangeFeedOptions): Stop {
  const place = placeIn(database);
  const stopping = new AbortController();

  /** Passes changes on until the lease is lost. Those of one document run one after the other, others beside each other. */
  async function passOn(stream: ChangeStream): Promise<void> {
    const underWay = new Map<string, Promise<void>>();
    let renewAt = 0;
    while (!stopping.signal.aborted) {
      if (Date.now() >= renewAt) {
        if (!(await place.take())) return;
        renewAt = Date.now() + renewEveryMs;
      }
      const change = (await stream.tryNext()) as Change | null;
      if (change) {
        const { _id: sn } = change.documentKey;
        const before = underWay.get(sn) ?? Promise.resolve();
        underWay.set(
          sn,
          before.then(() => onChange(change.ns.coll, sn)),
        );
      }
      if (underWay.size > 0 && (!change || underWay.size >= mostUnderWay)) {
        await Promise.all(underWay.values());
        underWay.clear();
        await place.store(stream.resumeToken);
      }
    }
    await Promise.all(underWay.values());
  }

  async function follow(): Promise<void> {
    const resumeAfter = await place.token();
    const pipeline = [
      { $match: { 'ns.coll': { $in: ['payments', 'refunds'] }, operationType: { $ne: 'delete' } } },
    ];
    const stream = database.db.watch(pipeline, {
      maxAwaitTimeMS: awaitMs,
      ...(resumeAfter ? { resumeAfter } : {}),
    });
    let open = false;
    try {
      const first = (await stream.tryNext()) as Change | null;
      open = true;
      await onOpen();
      if (first) await onChange(first.ns.coll, first.documentKey._id);
      await passOn(stream);
    } catch (error) {
      // A place that can't be resumed from (too old, another server): begin at the present; onOpen finds what was missed.
      if (!open) await place.forget();
      throw error;
    } finally {
      await stream.close().catch(() => {});
    }
  }

  const running = (async () => {
    while (!stopping.signal.aborted) {
      try {
        await place.prepare();
        if (await place.take()) await follow();
      } catch (error) {
        log.warn({ err: error }, 'the stream of changes broke; it opens again');
      }
      await after(retryMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();

  return async () => {
    stopping.abort();
    await running;
    await place.release().catch(() => {});
  };
}

/** Where the stream is to be resumed, and which process follows it now. */
function placeIn({ db, now }: FeedDatabase) {
  const places = db.collection<Place>('change_feed');
  const owner = randomUUID();
  return {
    prepare: async (): Promise<void> => {
      const nobody = { owner: '', leaseUntil: new Date(0) };
      await places.updateOne({ _id: 'place' }, { $setOnInsert: nobody }, { upsert: true });
    },
    /** Takes or renews the lease, by the database's clock; false where another process holds it. */
    async take(): Promise<boolean> {
      const at = await now();
      const free = [{ owner }, { leaseUntil: { $lt: at } }];
      const lease = { owner, leaseUntil: new Date(at.getTime() + leaseMs) };
      return (
        (await places.updateOne({ _id: 'place', $or: free }, { $set: lease })).matchedCount === 1
      );
    },
    token: async () => (await places.findOne({ _id: 'place' }))?.token,
    store: (token: ResumeToken) => places.updateOne({ _id: 'place', owner }, { $set: { token } }),
    forget: () => places.updateOne({ _id: 'place', owner }, { $unset: { token: '' } }),
    release: () => places.updateOne({ _id: 'place', owner }, { $set: { leaseUntil: new Date(0) } }),
  };
}
