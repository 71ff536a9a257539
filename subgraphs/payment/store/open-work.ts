import { openFeedPosition } from '../../../runtime/feed-position.ts';
import { leaseHolders } from '../../../runtime/lease.ts';
import type { Database } from '../../../runtime/mongo.ts';
import { openWorkIn } from '../../../runtime/open-work.ts';
import type { DifferenceSource } from '../domain/difference.ts';
import { openOnly } from './differences.ts';

/** When it is tried next does not tell for how long it waits: each failed try moves that on. */
const unsent = { sent: false, writtenAt: { $exists: true } };

/** What is left to do for payments, for whoever watches over the service. */
export function paymentWork(database: Pick<Database, 'db' | 'now'>) {
  const { db, now: time } = database;
  return {
    async leases() {
      const feed = await openFeedPosition(database).holder();
      const others = await leaseHolders(database);
      return feed ? [...others, { lease: 'change-feed', holder: feed }] : others;
    },

    /** Money that an order does not know of, refunds that have not ended, emails not sent. */
    async openWork() {
      const now = await time();
      const refunds = db.collection('refunds');
      const [toTell, open, untold, emails] = await Promise.all([
        openWorkIn(db.collection('payments'), { toTell: true }, 'paidAt'),
        openWorkIn(refunds, { open: true }, 'createdAt'),
        openWorkIn(refunds, { orderTold: false, open: false }, 'settledAt'),
        openWorkIn(db.collection('emails'), unsent, 'writtenAt'),
      ]);
      return {
        now,
        work: {
          'payment to tell': toTell,
          refund: open,
          'refund to tell': untold,
          email: emails,
        },
      };
    },

    /** How many differences the last comparisons found that are open, by source and kind. */
    async comparisons() {
      const found = await db
        .collection('differences')
        .aggregate<{ _id: { source: DifferenceSource; kind: string }; count: number }>([
          { $match: openOnly },
          { $group: { _id: { source: '$source', kind: '$kind' }, count: { $sum: 1 } } },
        ])
        .toArray();
      return found.map(({ _id, count }) => ({ ..._id, count }));
    },
  };
}
