import { openFeedPosition } from '../../../runtime/feed-position.ts';
import { leaseHolders } from '../../../runtime/lease.ts';
import type { Database } from '../../../runtime/mongo.ts';
import { openWorkIn } from '../../../runtime/open-work.ts';
import { transitions } from '../domain/state.ts';
import { orderCollection } from './order-document.ts';

/** What is left to do for orders, for whoever watches over the service. */
export function orderWork(database: Pick<Database, 'db' | 'now'>) {
  const orders = orderCollection(database.db);
  const { from: state } = transitions.DEADLINE_PASSED;
  return {
    async leases() {
      const feed = await openFeedPosition(database).holder();
      const others = await leaseHolders(database);
      return feed ? [...others, { lease: 'change-feed', holder: feed }] : others;
    },

    /** Orders whose deadline has passed, and payment attempts that are to be closed. */
    async openWork() {
      const now = await database.now();
      const due = { state, closeAt: { $lte: now }, attempt: { $exists: false } };
      const [toClose, attempts] = await Promise.all([
        openWorkIn(orders, due, 'closeAt'),
        openWorkIn(orders, { 'attempt.closeFrom': { $lte: now } }, 'attempt.closeFrom'),
      ]);
      return { now, work: { 'order to close': toClose, 'attempt to close': attempts } };
    },
  };
}
