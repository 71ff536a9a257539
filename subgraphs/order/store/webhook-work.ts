import type { Database } from '../../../runtime/mongo.ts';
import { openWorkIn } from '../../../runtime/open-work.ts';
import { isDueAt, type WebhookDocument } from './webhooks.ts';

const mostCounted = 10_000;
const mostWebhooks = 1_000;
const longAgo = new Date(0);

/** How webhooks stand. */
export type WebhookStates = {
  /** Nothing arrives there. */
  failing: number;
  /** Nothing is sent there any more. */
  turnedOff: number;
  /** Messages that wait, whatever for; at most 10,000 are counted, of 1,000 webhooks. */
  waiting: number;
};

/** What webhooks are still to be told, for whoever watches over the service. */
export function webhookWork({ db, now }: Pick<Database, 'db' | 'now'>) {
  const webhooks = db.collection<WebhookDocument>('webhooks');
  const messages = db.collection('webhook_messages');
  const failing = { 'failing.since': { $gte: longAgo } };
  return {
    /** Webhooks that are due and that no process sends to. */
    webhooksDue: async () => openWorkIn(webhooks, isDueAt(await now()), 'wakeAt'),

    async webhookStates(): Promise<WebhookStates> {
      const awaited = await webhooks
        .find({ wakeAt: { $gte: longAgo } }, { projection: { _id: 1 } })
        .limit(mostWebhooks)
        .toArray();
      const ofThese = { $in: awaited.map(({ _id }) => _id) };
      const [failed, off, waiting] = await Promise.all([
        webhooks.countDocuments({ active: true, ...failing }),
        webhooks.countDocuments({ active: false, ...failing }),
        messages.countDocuments({ webhookId: ofThese, state: 'WAITING' }, { limit: mostCounted }),
      ]);
      return { failing: failed, turnedOff: off, waiting };
    },
  };
}
