import type { Order, Viewer } from './order.ts';

/** Whose orders a webhook is told of. */
export type WebhookShop = { id: string; hostId: string };

/** An address that is sent the changes of orders. */
export type Webhook = {
  id: string;
  url: string;
  /** Null: of all orders, which is for operators alone. */
  shop: WebhookShop | null;
  createdAt: Date;
  /** Whether it is sent to. */
  active: boolean;
  /** What signs: `whsec_` and a key in base64. */
  secret: string;
  /** Signs too until then. */
  former?: { secret: string; until: Date };
  /** Nothing arrives since then. */
  failing?: { since: Date; times: number; why: string };
};

/** What became of a message that was sent. */
export type Outcome = { arrived: true } | { arrived: false; why: string; gone: boolean };

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** A former secret signs for so long beside the new one. */
export const formerSecretMs = day;

/** What has not arrived is kept for so long, and may be sent again. */
export const messagesKeptMs = 30 * day;

/** A webhook that fails for so long is turned off. */
const turnedOffAfterMs = 3 * day;

const longestRestMs = 5 * minute;

/** How long nothing is sent to a webhook after it has failed so many times in a row. */
export const restMs = ({ failing }: Pick<Webhook, 'failing'>): number =>
  failing ? Math.min(1_000 * 2 ** (failing.times - 1), longestRestMs) : 0;

/** The webhook after some messages were sent to it. */
export function afterTries(webhook: Webhook, outcomes: readonly Outcome[], now: Date): Webhook {
  const { failing, ...rest } = webhook;
  const failed = outcomes.find((outcome) => !outcome.arrived);
  if (!failed || outcomes.some(({ arrived }) => arrived)) return rest;
  const since = failing?.since ?? now;
  const tooLong = now.getTime() - since.getTime() >= turnedOffAfterMs;
  return {
    ...rest,
    active: !failed.gone && !tooLong,
    failing: { since, times: (failing?.times ?? 0) + 1, why: failed.why },
  };
}

/** The webhook with a new secret. The one it had signs too for a day. */
export const withNewSecret = (webhook: Webhook, secret: string, now: Date): Webhook => ({
  ...webhook,
  secret,
  former: { secret: webhook.secret, until: new Date(now.getTime() + formerSecretMs) },
});

/** The secrets that sign now, the newest first. */
export const signingSecrets = ({ secret, former }: Webhook, now: Date): string[] =>
  former && former.until > now ? [secret, former.secret] : [secret];

/** Whether a webhook is this user's: their shop's, or for operators, one for all orders. */
export const isWebhookOf = ({ shop }: Pick<Webhook, 'shop'>, { userId, roles }: Viewer): boolean =>
  shop ? shop.hostId === userId : roles.includes('operator');

/** Whether a webhook is told of an order. */
export const isToldOf = (
  { shop }: Pick<Webhook, 'shop'>,
  { snapshot }: Pick<Order, 'snapshot'>,
): boolean => !shop || (shop.id === snapshot.shopId && shop.hostId === snapshot.hostId);
