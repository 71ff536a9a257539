import type { Order } from './order.ts';
import { messagesKeptMs, type Outcome, type Webhook } from './webhook.ts';

export type MessageState = 'WAITING' | 'ARRIVED' | 'GIVEN_UP';

/** One change of an order, to be told to a webhook. Its content is read from the order. */
export type WebhookMessage = {
  /** Of the webhook, the order, and the number of the change. */
  id: string;
  webhookId: string;
  orderSn: string;
  /** The number of the order's change, from 1. */
  sequence: number;
  changedAt: Date;
  state: MessageState;
  tries: number;
  /** It is not sent before. */
  nextTryAt: Date;
  /** Why it did not arrive the last time. */
  failure?: string;
};

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** How long after each try in turn the next one is made, as Standard Webhooks suggests. */
export const retriesAfterMs: readonly number[] = [
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
];

/** What a webhook is to be told of an order: its changes since it was registered. */
export const messagesOf = (webhook: Webhook, order: Order, now: Date): WebhookMessage[] =>
  order.history.flatMap(({ at }, index) =>
    at >= webhook.createdAt && now.getTime() - at.getTime() < messagesKeptMs
      ? {
          id: `${webhook.id}:${order.sn}:${index + 1}`,
          webhookId: webhook.id,
          orderSn: order.sn,
          sequence: index + 1,
          changedAt: at,
          state: 'WAITING' as const,
          tries: 0,
          nextTryAt: now,
        }
      : [],
  );

/** The `webhook-id` of a message: the same however often it is sent. */
export const messageId = ({ orderSn, sequence }: Pick<WebhookMessage, 'orderSn' | 'sequence'>) =>
  `${orderSn}-${sequence}`;

/** What is stored of a message after it was sent. */
export function afterTry(
  { tries }: Pick<WebhookMessage, 'tries'>,
  outcome: Outcome,
  now: Date,
): Pick<WebhookMessage, 'state' | 'tries' | 'nextTryAt'> & { failure?: string } {
  if (outcome.arrived) return { state: 'ARRIVED', tries: tries + 1, nextTryAt: now };
  const wait = retriesAfterMs[tries];
  return {
    state: wait === undefined ? 'GIVEN_UP' : 'WAITING',
    tries: tries + 1,
    nextTryAt: new Date(now.getTime() + (wait ?? 0)),
    failure: outcome.why,
  };
}

/**
 * Which messages may be sent now, and which must wait for an earlier one of the same order.
 * @param waiting every message that waits, of the orders to look at
 */
export function inOrder(
  waiting: readonly WebhookMessage[],
  now: Date,
): { toSend: WebhookMessage[]; toPutOff: { id: string; nextTryAt: Date }[] } {
  const firsts = new Map<string, WebhookMessage>();
  for (const message of waiting) {
    const first = firsts.get(message.orderSn);
    if (!first || message.sequence < first.sequence) firsts.set(message.orderSn, message);
  }
  const isDue = ({ nextTryAt }: WebhookMessage) => nextTryAt <= now;
  return {
    toSend: [...firsts.values()].filter(isDue),
    toPutOff: waiting.flatMap((message) => {
      const { id, nextTryAt } = firsts.get(message.orderSn) ?? message;
      return id !== message.id && isDue(message) && nextTryAt > now
        ? { id: message.id, nextTryAt }
        : [];
    }),
  };
}

/** What a webhook is sent of a change of an order. */
export function messageContent(
  order: Order,
  { sequence }: Pick<WebhookMessage, 'sequence'>,
  idOf: (type: 'HomestayOrder' | 'Homestay' | 'HomestayShop', key: string) => string,
) {
  const change = order.history[sequence - 1];
  if (!change) throw new Error(`order ${order.sn} has no change ${sequence}`);
  return {
    type: 'homestay_order.state_changed',
    timestamp: change.at.toISOString(),
    data: {
      id: idOf('HomestayOrder', order.sn),
      sn: order.sn,
      sequence,
      state: change.state,
      formerState: order.history[sequence - 2]?.state ?? null,
      cause: change.cause,
      homestayId: idOf('Homestay', order.homestayId),
      shopId: idOf('HomestayShop', order.snapshot.shopId),
      travellerId: order.travellerId,
      checkIn: order.checkIn,
      checkOut: order.checkOut,
      guests: order.guests,
      needFood: order.needFood,
      total: order.total,
      closeAt: order.closeAt.toISOString(),
    },
  };
}
