import { type ChangeFollower, followChangeStream } from '../../../runtime/change-stream.ts';
import { openFeedPosition } from '../../../runtime/feed-position.ts';
import type { Stop } from '../../../runtime/lifecycle.ts';
import type { Log } from '../../../runtime/log.ts';
import type { Database } from '../../../runtime/mongo.ts';
import type { Origin } from '../../../runtime/origin.ts';

/** The collections whose changes are followed. */
export type FollowedCollection = 'payments' | 'refunds';

export type ChangeFeedOptions = {
  database: Pick<Database, 'db' | 'now'>;
  log: Log;
  /** Called for each answer of the server. */
  onAlive?: () => void;
  /**
   * Called for each change; for one document in order. The position is saved only after it returns.
   */
  onChange: (
    collection: FollowedCollection,
    sn: string,
    origin: Origin | undefined,
  ) => Promise<void>;
  /** Called each time the stream opens, to find what changed while nobody followed. */
  onOpen: () => Promise<void>;
};

type WithOrigin = { origin?: Origin };
type Change = {
  ns: { coll: FollowedCollection };
  documentKey: { _id: string };
  fullDocument?: WithOrigin;
  updateDescription?: { updatedFields?: WithOrigin };
};

const renewEveryMs = 1_000;
const maxRunning = 100;
/** Only what `onChange` needs is sent. */
const pipeline = [
  { $match: { 'ns.coll': { $in: ['payments', 'refunds'] }, operationType: { $ne: 'delete' } } },
  {
    $project: {
      ...{ documentKey: 1, ns: 1 },
      ...{ 'fullDocument.origin': 1, 'updateDescription.updatedFields.origin': 1 },
    },
  },
];

/**
 * Follows the changes of payments and refunds from the saved position. One process follows at a
 * time; another takes over when it ends. A change may be delivered twice, and none is left out.
 */
export function followChanges(options: ChangeFeedOptions): Stop {
  const { database, log, onChange, onOpen, onAlive } = options;
  const position = openFeedPosition(database);
  const work = workInOrder();
  const stopping = new AbortController();
  let renewAt = 0;

  const keepsLease = async () => {
    if (Date.now() < renewAt) return true;
    renewAt = Date.now() + renewEveryMs;
    return position.take();
  };
  const follower: ChangeFollower<Change> = {
    start: async () => ((await position.take()) ? { token: await position.token() } : 'later'),
    watch: (options) => database.db.watch<never, never>(pipeline, options),
    onOpen,
    async onAnswer(change, token) {
      if (change) {
        const { documentKey, ns, fullDocument, updateDescription } = change;
        const { origin } = fullDocument ?? updateDescription?.updatedFields ?? {};
        work.add(documentKey._id, () => onChange(ns.coll, documentKey._id, origin));
      }
      if (work.size() > 0 && (!change || work.size() >= maxRunning)) {
        await work.done();
        await position.save(token);
      }
      return keepsLease();
    },
    // `onOpen` finds what was missed.
    onTokenLost: async () => void (await position.forget()),
  };
  const running = followChangeStream(follower, {
    signal: stopping.signal,
    log,
    onAlive,
  });
  return async () => {
    stopping.abort();
    await running;
    await work.done().catch(() => {});
    await position.release().catch(() => {});
  };
}

/** Runs the tasks of one key in order, and those of different keys at the same time. */
function workInOrder() {
  const running = new Map<string, Promise<void>>();
  return {
    add(key: string, task: () => Promise<void>) {
      const before = running.get(key) ?? Promise.resolve();
      const added = before.then(task);
      // `done` reports a failure. Until then it must not count as unhandled.
      added.catch(() => {});
      running.set(key, added);
    },
    size: () => running.size,
    /** Rejects if a task failed. */
    async done() {
      const all = [...running.values()];
      running.clear();
      await Promise.all(all);
    },
  };
}
