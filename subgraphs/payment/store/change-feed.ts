import { followLeased } from '../../../runtime/leased-feed.ts';
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
 * Follows the changes of payments and refunds: see `followLeased`. After a lost position, `onOpen`
 * finds what was missed.
 */
export function followChanges(options: ChangeFeedOptions): Stop {
  const { database, log, onChange, onOpen, onAlive } = options;
  const work = workInOrder();
  return followLeased<Change>({
    ...{ database, log, onAlive, onOpen },
    watch: (how) => database.db.watch<never, never>(pipeline, how),
    take({ documentKey, ns, fullDocument, updateDescription }) {
      const { origin } = fullDocument ?? updateDescription?.updatedFields ?? {};
      work.add(documentKey._id, () => onChange(ns.coll, documentKey._id, origin));
    },
    taken: work.size,
    mostTaken: 100,
    settle: work.done,
  });
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
