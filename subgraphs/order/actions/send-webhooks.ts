import type { Order } from '../domain/order.ts';
import { afterTries, type Outcome, restMs, type Webhook } from '../domain/webhook.ts';
import { afterTry, type WebhookMessage } from '../domain/webhook-message.ts';

type Taken = { webhook: Webhook; wakes: number; restUntil: Date };

export type SendWebhookNeeds = {
  now(): Promise<Date>;
  order(sn: string): Promise<Order | null>;
  takeWebhook(id: string, now: Date, until: Date): Promise<Taken | null>;
  giveBackWebhook(
    taken: Taken,
    after: Pick<Webhook, 'active' | 'failing'> & { restUntil: Date },
    wakeAt: Date | null,
  ): Promise<void>;
  nextMessages(webhookId: string, now: Date, limit: number): Promise<WebhookMessage[]>;
  nextDueAt(webhookId: string): Promise<Date | null>;
  noteTry(message: WebhookMessage, after: Partial<WebhookMessage>): Promise<void>;
  /** Sends a message. Whatever goes wrong is the outcome. */
  post(webhook: Webhook, message: WebhookMessage, order: Order, now: Date): Promise<Outcome>;
  countOutcome(outcome: Outcome): void;
};

export type SendWebhooksNeeds = SendWebhookNeeds & {
  webhooksToSend(now: Date, limit: number): Promise<string[]>;
  /** Lets work go on after the answer, once for each key at a time. The process waits for it. */
  inBackground(key: string, work: () => Promise<unknown>): void;
};

const mostWebhooks = 50;
const mostInFlight = 4;
// A process that dies while it sends keeps others waiting for so long. Longer than it sends, and
// than the last answer takes.
const leaseMs = 60_000;
const budgetMs = 30_000;

/** Begins to send what is due. Returns to how many webhooks. */
export async function sendOrderWebhooks(needs: SendWebhooksNeeds): Promise<number> {
  const due = await needs.webhooksToSend(await needs.now(), mostWebhooks);
  for (const id of due) needs.inBackground(id, () => sendToWebhook(needs, id));
  return due.length;
}

/**
 * Sends a webhook what is due, unless another process does. One that fails rests; its messages are
 * sent again later.
 */
export async function sendToWebhook(needs: SendWebhookNeeds, id: string): Promise<void> {
  const start = await needs.now();
  const taken = await needs.takeWebhook(id, start, new Date(start.getTime() + leaseMs));
  if (!taken) return;
  let { webhook } = taken;
  let now = start;
  const isOver = () =>
    webhook.failing || !webhook.active || now.getTime() - start.getTime() > budgetMs;
  for (let first = true; first || !isOver(); first = false) {
    const messages = await needs.nextMessages(id, now, mostInFlight);
    if (messages.length === 0) break;
    const outcomes = await Promise.all(messages.map((each) => sendOne(needs, webhook, each, now)));
    now = await needs.now();
    webhook = afterTries(webhook, outcomes, now);
  }
  const { active, failing } = webhook;
  const restUntil = new Date(now.getTime() + restMs(webhook));
  const after = { active, restUntil, ...(failing ? { failing } : {}) };
  await needs.giveBackWebhook(taken, after, await needs.nextDueAt(id));
}

async function sendOne(
  needs: SendWebhookNeeds,
  webhook: Webhook,
  message: WebhookMessage,
  now: Date,
): Promise<Outcome> {
  const order = await needs.order(message.orderSn);
  const outcome: Outcome = order
    ? await needs.post(webhook, message, order, now)
    : // The order is gone, as after a restore: there is nothing to tell.
      { arrived: true };
  needs.countOutcome(outcome);
  await needs.noteTry(message, afterTry(message, outcome, await needs.now()));
  return outcome;
}
