import type { Db } from 'mongodb';
import { always, type DocumentOf, documentDoor } from '../../../runtime/document-door.ts';
import { inOrder, type WebhookMessage } from '../domain/webhook-message.ts';

const door = documentDoor<WebhookMessage, 'id'>({
  key: 'id',
  fields: {
    webhookId: always,
    orderSn: always,
    sequence: always,
    changedAt: always,
    state: always,
    tries: always,
    nextTryAt: always,
  },
});

const mostLookedAt = 200;
const mostCounted = 10_000;
const replayedAtOnce = 500;

/** What webhooks are still to be told, and what they were told. Kept for 30 days. */
export function openWebhookMessages(db: Db) {
  const messages = db.collection<DocumentOf<WebhookMessage, 'id'>>('webhook_messages');
  /** The single writes of `bulkWrite`, since other writes of these documents run beside it. */
  const updateEach = async (
    webhookId: string,
    updates: { id: string; set: Partial<WebhookMessage> }[],
  ) => {
    if (updates.length === 0) return;
    await messages.bulkWrite(
      updates.map(({ id: _id, set: $set }) => ({
        updateOne: { filter: { _id, webhookId }, update: { $set } },
      })),
      { ordered: false },
    );
  };
  return {
    /** Adds those that are not there yet. */
    async addMessages(wanted: readonly WebhookMessage[]): Promise<void> {
      if (wanted.length === 0) return;
      await messages.bulkWrite(
        wanted.map((message) => {
          const { _id, webhookId, ...rest } = door.toDocument(message);
          return {
            updateOne: { filter: { _id, webhookId }, update: { $setOnInsert: rest }, upsert: true },
          };
        }),
        { ordered: false },
      );
    },

    /** Those that may be sent now: one of each order, and no later one before an earlier one. */
    async nextMessages(webhookId: string, now: Date, limit: number): Promise<WebhookMessage[]> {
      const waiting = { webhookId, state: 'WAITING' } as const;
      const due = await messages
        .find({ ...waiting, nextTryAt: { $lte: now } })
        .sort({ nextTryAt: 1 })
        .limit(mostLookedAt)
        .project<{ orderSn: string }>({ orderSn: 1 })
        .toArray();
      const orders = [...new Set(due.map(({ orderSn }) => orderSn))];
      if (orders.length === 0) return [];
      const found = await messages.find({ ...waiting, orderSn: { $in: orders } }).toArray();
      const { toSend, toPutOff } = inOrder(found.map(door.fromDocument), now);
      await updateEach(
        webhookId,
        toPutOff.map(({ id, nextTryAt }) => ({ id, set: { nextTryAt } })),
      );
      return toSend.slice(0, limit);
    },

    async noteTry(
      { id: _id, webhookId }: WebhookMessage,
      set: Partial<WebhookMessage>,
    ): Promise<void> {
      await messages.updateOne({ _id, webhookId }, { $set: set });
    },

    /** When the earliest message is due that waits; null if none does. */
    nextDueAt: async (webhookId: string): Promise<Date | null> => {
      const [first] = await messages
        .find({ webhookId, state: 'WAITING' })
        .sort({ nextTryAt: 1 })
        .limit(1)
        .toArray();
      return first?.nextTryAt ?? null;
    },

    waitingMessages: (webhookId: string): Promise<number> =>
      messages.countDocuments({ webhookId, state: 'WAITING' }, { limit: mostCounted }),

    messagesGivenUp: async (webhookId: string, limit: number): Promise<WebhookMessage[]> =>
      (
        await messages
          .find({ webhookId, state: 'GIVEN_UP' })
          .sort({ nextTryAt: -1 })
          .limit(limit)
          .toArray()
      ).map(door.fromDocument),

    /** Lets messages of changes since an instant be sent again. */
    async replayMessages(
      { webhookId, since, failedOnly }: { webhookId: string; since: Date; failedOnly: boolean },
      now: Date,
    ): Promise<void> {
      const state = failedOnly ? ('GIVEN_UP' as const) : { $in: ['GIVEN_UP', 'ARRIVED'] as const };
      const wanted = { webhookId, state, changedAt: { $gte: since } } as object;
      for (;;) {
        const found = await messages
          .find(wanted)
          .project<{ _id: string }>({ _id: 1 })
          .limit(replayedAtOnce)
          .toArray();
        const again = { state: 'WAITING' as const, tries: 0, nextTryAt: now };
        await updateEach(
          webhookId,
          found.map(({ _id }) => ({ id: _id, set: again })),
        );
        if (found.length < replayedAtOnce) return;
      }
    },

    async removeMessages(webhookId: string): Promise<void> {
      for (;;) {
        const found = await messages
          .find({ webhookId })
          .project<{ _id: string }>({ _id: 1 })
          .limit(replayedAtOnce)
          .toArray();
        if (found.length === 0) return;
        await messages.bulkWrite(
          found.map(({ _id }) => ({ deleteOne: { filter: { _id, webhookId } } })),
          { ordered: false },
        );
      }
    },
  };
}
