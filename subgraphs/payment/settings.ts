import { z } from 'zod';
import {
  address,
  databaseSettings,
  duration,
  port,
  processSettings,
  secret,
  serviceSettings,
} from '../../runtime/settings.ts';

export const paymentSettings = z.object({
  ...processSettings.shape,
  ...databaseSettings.shape,
  ...serviceSettings.shape,
  PAYMENT_PORT: port.default(4003),
  ORDER_URL: address.default('http://127.0.0.1:4002'),
  /** Where providers reach us with their notifications; without it, where we listen. */
  PAYMENT_PUBLIC_URL: address.optional(),
  /** How long a payment waits before its provider is asked what became of it, and asked again. */
  QUERY_WAITING_AFTER: duration.prefault('30s'),
  /** How travellers are told: in the log, or by mail. */
  NOTIFIER: z.enum(['log', 'smtp'], { error: 'must be log or smtp' }).default('log'),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//, 'must be an smtp:// address')
    .default('smtp://127.0.0.1:25'),
  MAIL_FROM: z.string().default('Homestay <no-reply@homestay.localhost>'),
  /** A traveller's mail address; `{user}` stands for the user. */
  MAIL_TO: z.string().includes('{user}', 'must contain {user}').default('{user}@travellers.localhost'),
  /** How long a provider may take to answer. */
  PROVIDER_TIMEOUT: duration.prefault('5s'),
  SANDBOX_URL: address.default('http://127.0.0.1:4005'),
  SANDBOX_SECRET: secret,
});
export type PaymentSettings = z.infer<typeof paymentSettings>;
