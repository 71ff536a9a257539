import { createHmac, randomBytes } from 'node:crypto';

const prefix = 'whsec_';

/** A new secret: a random key of 32 bytes in base64, with the prefix that says what it is. */
export const newWebhookSecret = (): string => prefix + randomBytes(32).toString('base64');

/** What is signed. */
export type Signed = { id: string; timestamp: number; body: string };

/**
 * The headers of a message, as Standard Webhooks has them.
 * @param secrets each of them signs
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const webhookHeaders = (
  secrets: readonly string[],
  { id, timestamp, body }: Signed,
): Record<string, string> => ({
  'webhook-id': id,
  'webhook-timestamp': `${timestamp}`,
  'webhook-signature': secrets
    .map((secret) => `v1,${signature(secret, `${id}.${timestamp}.${body}`)}`)
    .join(' '),
});

const signature = (secret: string, text: string): string =>
  createHmac('sha256', Buffer.from(secret.slice(prefix.length), 'base64'))
    .update(text)
    .digest('base64');
