import { isRefused } from '../../../runtime/refusal.ts';
import type { Viewer } from '../domain/order.ts';
import { type Refusal, refuse } from '../domain/refusal.ts';
import { isWebhookOf, type Webhook, type WebhookShop, withNewSecret } from '../domain/webhook.ts';
import type { WebhookMessage } from '../domain/webhook-message.ts';

export type OwnWebhookNeeds = { webhook(id: string): Promise<Webhook | null> };

/** A webhook of the caller's. Those of others do not exist. */
export async function ownWebhook(
  needs: OwnWebhookNeeds,
  viewer: Viewer,
  id: string,
): Promise<Webhook | null> {
  const webhook = await needs.webhook(id);
  return webhook && isWebhookOf(webhook, viewer) ? webhook : null;
}

export type OrderWebhooksNeeds = { webhooksOfShop(shopId: string | null): Promise<Webhook[]> };

/** The webhooks of a shop for its host; null for anybody else. */
export async function shopWebhooks(
  needs: OrderWebhooksNeeds & { hostOfShop(id: string): Promise<string | null> },
  userId: string | undefined,
  shopId: string,
): Promise<Webhook[] | null> {
  if (userId === undefined || (await needs.hostOfShop(shopId)) !== userId) return null;
  const all = await needs.webhooksOfShop(shopId);
  return all.filter(({ shop }) => shop?.hostId === userId);
}

/** The webhooks that are told of all orders. */
export const operatorWebhooks = (needs: OrderWebhooksNeeds): Promise<Webhook[]> =>
  needs.webhooksOfShop(null);

export type RegisterWebhookNeeds = OwnWebhookNeeds &
  OrderWebhooksNeeds & {
    now(): Promise<Date>;
    hostOfShop(id: string): Promise<string | null>;
    /** Why an address may not be sent to; null if it may be. */
    webhookFault(url: string): string | null;
    webhookId(shop: WebhookShop | null, url: string): string;
    newWebhookSecret(): string;
    addWebhook(webhook: Webhook): Promise<boolean>;
    changeSecret(webhook: Webhook): Promise<void>;
    maxWebhooks: number;
  };

export type NewSecret = { secret: string; webhook: Webhook };

const maxUrlLength = 2_000;

/** Registers an address of a host's shop, or for an operator, of all shops. */
export async function registerOrderWebhook(
  needs: RegisterWebhookNeeds,
  viewer: Viewer & { userId: string },
  { shopId, url }: { shopId: string | null; url: string },
): Promise<NewSecret | Refusal> {
  const shop = await ownShop(needs, viewer, shopId);
  if (shop && isRefused(shop)) return shop;
  const fault = url.length > maxUrlLength ? 'it is too long' : needs.webhookFault(url);
  if (fault) {
    const path = ['input', 'url'];
    return refuse('WEBHOOK_URL_INVALID', `The address can't be sent to: ${fault}.`, { path });
  }
  const id = needs.webhookId(shop, url);
  const all = await needs.webhooksOfShop(shopId);
  const others = all.filter((each) => each.id !== id && each.shop?.hostId === shop?.hostId);
  if (others.length >= needs.maxWebhooks)
    return refuse('TOO_MANY_WEBHOOKS', undefined, { limits: { max: needs.maxWebhooks } });
  const createdAt = await needs.now();
  const secret = needs.newWebhookSecret();
  const webhook = { id, url, shop, createdAt, active: true, secret };
  if (await needs.addWebhook(webhook)) return { secret, webhook };
  return rotateOrderWebhookSecret(needs, viewer, id);
}

async function ownShop(
  needs: RegisterWebhookNeeds,
  { userId, roles }: Viewer & { userId: string },
  id: string | null,
): Promise<WebhookShop | null | Refusal> {
  const path = ['input', 'shopId'];
  if (id === null)
    return roles.includes('operator') ? null : refuse('SHOP_UNKNOWN', undefined, { path });
  const hostId = await needs.hostOfShop(id);
  return hostId === userId ? { id, hostId } : refuse('SHOP_UNKNOWN', undefined, { path });
}

export type RotateSecretNeeds = OwnWebhookNeeds & {
  now(): Promise<Date>;
  newWebhookSecret(): string;
  changeSecret(webhook: Webhook): Promise<void>;
};

/** Gives a webhook a new secret. The one that it had signs too for a day. */
export async function rotateOrderWebhookSecret(
  needs: RotateSecretNeeds,
  viewer: Viewer,
  id: string,
): Promise<NewSecret | Refusal> {
  const own = await ownWebhook(needs, viewer, id);
  if (!own) return refuse('WEBHOOK_UNKNOWN');
  const secret = needs.newWebhookSecret();
  const webhook = withNewSecret(own, secret, await needs.now());
  await needs.changeSecret(webhook);
  return { secret, webhook };
}

export type EnableWebhookNeeds = OwnWebhookNeeds & {
  now(): Promise<Date>;
  enableWebhook(id: string): Promise<void>;
  wakeWebhook(id: string, at: Date): Promise<void>;
};

/** Sends to a webhook again, beginning with what has waited. */
export async function enableOrderWebhook(
  needs: EnableWebhookNeeds,
  viewer: Viewer,
  id: string,
): Promise<Webhook | Refusal> {
  const own = await ownWebhook(needs, viewer, id);
  if (!own) return refuse('WEBHOOK_UNKNOWN');
  await needs.enableWebhook(id);
  await needs.wakeWebhook(id, await needs.now());
  const { failing: _, ...webhook } = own;
  return { ...webhook, active: true };
}

export type ReplayNeeds = OwnWebhookNeeds & {
  now(): Promise<Date>;
  replayMessages(
    which: { webhookId: string; since: Date; failedOnly: boolean },
    now: Date,
  ): Promise<void>;
  wakeWebhook(id: string, at: Date): Promise<void>;
};

/** Sends a webhook messages again that were given up, or had arrived. */
export async function replayOrderWebhook(
  needs: ReplayNeeds,
  viewer: Viewer,
  { id, ...which }: { id: string; since: Date; failedOnly: boolean },
): Promise<Webhook | Refusal> {
  const own = await ownWebhook(needs, viewer, id);
  if (!own) return refuse('WEBHOOK_UNKNOWN');
  const now = await needs.now();
  await needs.replayMessages({ webhookId: id, ...which }, now);
  await needs.wakeWebhook(id, now);
  return own;
}

export type RemoveWebhookNeeds = OwnWebhookNeeds & {
  removeWebhook(id: string): Promise<boolean>;
  removeMessages(webhookId: string): Promise<void>;
};

/** Removes a webhook with what it was still to be told. */
export async function removeOrderWebhook(
  needs: RemoveWebhookNeeds,
  viewer: Viewer,
  id: string,
): Promise<boolean> {
  if (!(await ownWebhook(needs, viewer, id))) return false;
  const removed = await needs.removeWebhook(id);
  await needs.removeMessages(id);
  return removed;
}

export type WebhookFactsNeeds = {
  waitingMessages(webhookId: string): Promise<number>;
  messagesGivenUp(webhookId: string, limit: number): Promise<WebhookMessage[]>;
};

const mostShown = 20;

export const waitingMessages = (needs: WebhookFactsNeeds, id: string): Promise<number> =>
  needs.waitingMessages(id);

/** The latest messages that were given up. */
export const messagesGivenUp = (needs: WebhookFactsNeeds, id: string): Promise<WebhookMessage[]> =>
  needs.messagesGivenUp(id, mostShown);
