import { createHash } from 'node:crypto';
import type { Db, Filter } from 'mongodb';
import { always, type DocumentOf, documentDoor } from '../../../runtime/document-door.ts';
import { isDuplicateKey } from '../../../runtime/mongo.ts';
import type { Webhook, WebhookShop } from '../domain/webhook.ts';

type Inner = {
  /** When the earliest of its messages is due; absent if none waits. */
  wakeAt?: Date;
  /** How often it was told of new messages. */
  wakes: number;
  /** Nobody sends to it before, but the process that has taken it. */
  restUntil: Date;
};
export type WebhookDocument = DocumentOf<Webhook, 'id', Inner>;

const door = documentDoor<Webhook, 'id', Inner>({
  key: 'id',
  fields: { url: always, shop: always, createdAt: always, active: always, secret: always },
  inner: ['wakeAt', 'wakes', 'restUntil'],
});

/** A webhook that this process sends to, until it gives it back. */
export type TakenWebhook = { webhook: Webhook; wakes: number; restUntil: Date };

const longAgo = new Date(0);

/** The same address of the same shop and host is the same webhook. */
export const webhookId = (shop: WebhookShop | null, url: string): string =>
  createHash('sha256')
    .update(`${shop?.id ?? ''}\n${shop?.hostId ?? ''}\n${url}`)
    .digest('base64url')
    .slice(0, 22);

/** Webhooks, and which process sends to each. */
export function openWebhooks(db: Db) {
  const webhooks = db.collection<WebhookDocument>('webhooks');
  const list = async (filter: Filter<WebhookDocument>) =>
    (await webhooks.find(filter).toArray()).map(door.fromDocument);
  return {
    webhooksOfShop: (shopId: string | null) =>
      list(shopId === null ? { shop: null } : { 'shop.id': shopId }),

    /** Those that are told of orders of these shops. */
    webhooksToldOf: (shopIds: readonly string[]) =>
      list({ $or: [{ shop: null }, { 'shop.id': { $in: [...shopIds] } }] }),

    allWebhooks: () => list({}),

    anyWebhook: async () => (await webhooks.findOne({}, { projection: { _id: 1 } })) !== null,

    webhook: async (id: string): Promise<Webhook | null> => {
      const found = await webhooks.findOne({ _id: id });
      return found && door.fromDocument(found);
    },

    /** Stores a new one. False if it is there already. */
    async addWebhook(webhook: Webhook): Promise<boolean> {
      try {
        await webhooks.insertOne(door.toDocument(webhook, { wakes: 0, restUntil: longAgo }));
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },

    async changeSecret({ id, secret, former }: Webhook): Promise<void> {
      await webhooks.updateOne({ _id: id }, { $set: { secret, former } });
    },

    async enableWebhook(id: string): Promise<void> {
      const fresh = { active: true, restUntil: longAgo };
      await webhooks.updateOne({ _id: id }, { $set: fresh, $unset: { failing: '' } });
    },

    removeWebhook: async (id: string) => (await webhooks.deleteOne({ _id: id })).deletedCount === 1,

    /** There are messages for it that are due. */
    async wakeWebhook(id: string, at: Date): Promise<void> {
      await webhooks.updateOne({ _id: id }, { $min: { wakeAt: at }, $inc: { wakes: 1 } });
    },

    webhooksToSend: async (now: Date, limit: number): Promise<string[]> =>
      (
        await webhooks
          .find(isDueAt(now))
          .project<{ _id: string }>({ _id: 1 })
          .limit(limit)
          .toArray()
      ).map(({ _id }) => _id),

    /** Takes one that is due. No other process sends to it before `until`. */
    async takeWebhook(id: string, now: Date, until: Date): Promise<TakenWebhook | null> {
      const taken = await webhooks.findOneAndUpdate(
        { _id: id, ...isDueAt(now) },
        { $set: { restUntil: until } },
      );
      return taken && { webhook: door.fromDocument(taken), wakes: taken.wakes, restUntil: until };
    },

    /**
     * Gives it back, unless that time is over and another process has it.
     * @param after what sending has made of it, and until when it rests
     * @param wakeAt when it is due again, if nothing has woken it meanwhile
     */
    async giveBackWebhook(
      { webhook: { id }, wakes, restUntil }: TakenWebhook,
      after: Pick<Webhook, 'active' | 'failing'> & { restUntil: Date },
      wakeAt: Date | null,
    ): Promise<void> {
      const { failing, ...rest } = after;
      await webhooks.updateOne(
        { _id: id, wakes },
        wakeAt ? { $set: { wakeAt } } : { $unset: { wakeAt: '' } },
      );
      await webhooks.updateOne(
        { _id: id, restUntil },
        failing ? { $set: { ...rest, failing } } : { $set: rest, $unset: { failing: '' } },
      );
    },
  };
}

/** Webhooks that may be sent to now, and have something to be told. */
export const isDueAt = (now: Date): Filter<WebhookDocument> => ({
  active: true,
  wakeAt: { $lte: now },
  restUntil: { $lte: now },
});
