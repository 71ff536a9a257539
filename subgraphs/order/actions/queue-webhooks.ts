import type { Order } from '../domain/order.ts';
import { isToldOf, messagesKeptMs, type Webhook } from '../domain/webhook.ts';
import { messagesOf, type WebhookMessage } from '../domain/webhook-message.ts';

export type QueueWebhooksNeeds = {
  now(): Promise<Date>;
  ordersBySn(sns: readonly string[]): Promise<Order[]>;
  webhooksToldOf(shopIds: readonly string[]): Promise<Webhook[]>;
  addMessages(messages: readonly WebhookMessage[]): Promise<void>;
  wakeWebhook(id: string, at: Date): Promise<void>;
};

/**
 * Keeps what webhooks are to be told of changed orders. Doing it again changes nothing, so that
 * whoever follows the changes may be stopped anywhere.
 */
export async function queueWebhooks(
  needs: QueueWebhooksNeeds,
  sns: readonly string[],
): Promise<void> {
  const orders = await needs.ordersBySn(sns);
  const shops = [...new Set(orders.map(({ snapshot }) => snapshot.shopId))];
  await queue(needs, await needs.webhooksToldOf(shops), orders);
}

async function queue(
  needs: Pick<QueueWebhooksNeeds, 'now' | 'addMessages' | 'wakeWebhook'>,
  webhooks: readonly Webhook[],
  orders: readonly Order[],
): Promise<void> {
  const now = await needs.now();
  for (const webhook of webhooks) {
    const messages = orders
      .filter((order) => isToldOf(webhook, order))
      .flatMap((order) => messagesOf(webhook, order, now));
    if (messages.length === 0) continue;
    await needs.addMessages(messages);
    await needs.wakeWebhook(webhook.id, now);
  }
}

export type QueueMissedNeeds = Omit<QueueWebhooksNeeds, 'ordersBySn' | 'webhooksToldOf'> & {
  allWebhooks(): Promise<Webhook[]>;
  changedSince(
    which: { hostId: string | null; since: Date },
    after: string,
    limit: number,
  ): Promise<Order[]>;
};

const page = 200;

/** The same for every change that a webhook may not have been told of. */
export async function queueMissedWebhooks(needs: QueueMissedNeeds): Promise<void> {
  const oldest = (await needs.now()).getTime() - messagesKeptMs;
  for (const webhook of await needs.allWebhooks()) {
    const since = new Date(Math.max(oldest, webhook.createdAt.getTime()));
    const which = { hostId: webhook.shop?.hostId ?? null, since };
    let after = '';
    for (let full = true; full; ) {
      const orders = await needs.changedSince(which, after, page);
      await queue(needs, [webhook], orders);
      after = orders.at(-1)?.sn ?? after;
      full = orders.length === page;
    }
  }
}
