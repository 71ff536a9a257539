import { followLeased } from '../../../runtime/leased-feed.ts';
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

/** Follows the changes of orders: see `followLeased`. */
export function followOrders(options: OrderFeedOptions): Stop {
  const { database, log, onAlive, wanted, onChanged, onMissed } = options;
  const orders = orderCollection(database.db);
  const changed = new Set<string>();
  return followLeased<Change>({
    ...{ database, log, onAlive, wanted },
    watch: (how) => orders.watch<never, never>(idsOnly, how),
    async onOpen({ token }) {
      if (token === undefined) await onMissed();
    },
    take: ({ documentKey }) => void changed.add(documentKey._id),
    taken: () => changed.size,
    mostTaken: 200,
    async settle() {
      const sns = [...changed];
      changed.clear();
      if (sns.length > 0) await onChanged(sns);
    },
  });
}
