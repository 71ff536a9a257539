import { openFeedPosition } from '../../../runtime/feed-position.ts';
import { leaseHolders } from '../../../runtime/lease.ts';
import type { Database } from '../../../runtime/mongo.ts';
import { openWorkIn } from '../../../runtime/open-work.ts';
import { transitions } from '../domain/state.ts';
import { orderCollection } from './order-document.ts';
import { webhookWork } from './webhook-work.ts';

/** What is left to do for orders, for whoever watches over the service. */
export function orderWork(database: Pick<Database, 'db' | 'now'>) {
  const orders = orderCollection(database.db);
  const { from: state } = transitions.DEADLINE_PASSED;
  const { webhooksDue, webhookStates } = webhookWork(database);
  return {
    async leases() {
      const feed = await openFeedPosition(database).holder();
      const others = await leaseHolders(database);
      return feed ? [...others, { lease: 'change-feed', holder: feed }] : others;
    },

    webhookStates,

    /** Orders whose deadline has passed, attempts that are to be closed, webhooks that are due. */
    async openWork() {
      const now = await database.now();
      const due = { state, closeAt: { $lte: now }, attempt: { $exists: false } };
      const [toClose, attempts, webhooks] = await Promise.all([
        openWorkIn(orders, due, 'closeAt'),
        openWorkIn(orders, { 'attempt.closeFrom': { $lte: now } }, 'attempt.closeFrom'),
        webhooksDue(),
      ]);
      return {
        now,
        work: {
          'order to close': toClose,
          'attempt to close': attempts,
          'webhook to send': webhooks,
        },
      };
    },
  };
}
