import { type ChangeFollower, followChangeStream } from '../../../runtime/change-stream.ts';
import { openFeedPosition } from '../../../runtime/feed-position.ts';
import type { Stop } from '../../../runtime/lifecycle.ts';
import type { Log } from '../../../runtime/log.ts';
import type { Database } from '../../../runtime/mongo.ts';
import { orderCollection } from './order-document.ts';

export type OrderFeedOptions = {
  database: Pick<Database, 'db' | 'now'>;
  log: Log;
  /** Called for each answer of the server. */
  onAlive: () => void;
  /** Whether anybody wants to know of changes. Until then nothing is followed. */
  wanted: () => Promise<boolean>;
  /** Called with changed orders. The position is saved only after it returns. */
  onChanged: (sns: readonly string[]) => Promise<void>;
  /** Called where changes may have been missed: at the very first, and after a long stop. */
  onMissed: () => Promise<void>;
};

type Change = { documentKey: { _id: string } };

const idsOnly = [
  { $match: { operationType: { $in: ['insert', 'update', 'replace'] } } },
  { $project: { documentKey: 1 } },
];
const renewEveryMs = 1_000;
const mostAtOnce = 200;

/**
 * Follows the changes of orders from the saved position. One process follows at a time; another
 * takes over when it ends. A change may be delivered twice, and none is left out.
 */
export function followOrders(options: OrderFeedOptions): Stop {
  const { database, log, onAlive, wanted, onChanged, onMissed } = options;
  const position = openFeedPosition(database);
  const orders = orderCollection(database.db);
  const changed = new Set<string>();
  const stopping = new AbortController();
  let renewAt = 0;

  const keepsLease = async () => {
    if (Date.now() < renewAt) return true;
    renewAt = Date.now() + renewEveryMs;
    return (await wanted()) && position.take();
  };
  const follower: ChangeFollower<Change> = {
    async start() {
      changed.clear();
      if (!(await wanted()) || !(await position.take())) return 'later';
      return { token: await position.token() };
    },
    watch: (how) => orders.watch<never, never>(idsOnly, how),
    async onOpen({ token }) {
      if (token === undefined) await onMissed();
    },
    async onAnswer(change, token) {
      if (change) changed.add(change.documentKey._id);
      if (changed.size > 0 && (!change || changed.size >= mostAtOnce)) {
        await onChanged([...changed]);
        changed.clear();
        await position.save(token);
      }
      return keepsLease();
    },
    onTokenLost: async () => void (await position.forget()),
  };
  const running = followChangeStream(follower, { signal: stopping.signal, log, onAlive });
  return async () => {
    stopping.abort();
    await running;
    await position.release().catch(() => {});
  };
}
