import { globalId } from '../../../runtime/global-id.ts';
import type { OutsideRequest } from '../../../runtime/outside-request.ts';
import { cutText } from '../../../runtime/text.ts';
import type { Order } from '../domain/order.ts';
import { type Outcome, signingSecrets, type Webhook } from '../domain/webhook.ts';
import { messageContent, messageId, type WebhookMessage } from '../domain/webhook-message.ts';
import { webhookHeaders } from './webhook-signature.ts';

const gone = 410;

/** Sends messages to webhooks. Whatever goes wrong is the outcome, never an error. */
export const webhookPoster =
  (ask: OutsideRequest) =>
  async (webhook: Webhook, message: WebhookMessage, order: Order, now: Date): Promise<Outcome> => {
    const body = JSON.stringify(messageContent(order, message, globalId));
    const timestamp = Math.floor(now.getTime() / 1_000);
    const signed = { id: messageId(message), timestamp, body };
    try {
      const headers = webhookHeaders(signingSecrets(webhook, now), signed);
      const { status } = await ask(webhook.url, {
        headers: { ...headers, 'content-type': 'application/json' },
        body,
      });
      if (status >= 200 && status < 300) return { arrived: true };
      return { arrived: false, why: `the address answered ${status}`, gone: status === gone };
    } catch (error) {
      return { arrived: false, why: cutText((error as Error).message, 200), gone: false };
    }
  };
