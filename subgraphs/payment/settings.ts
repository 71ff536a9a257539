import { z } from 'zod';
import { address, databaseSettings, port, processSettings, secret, serviceSettings } from '../../runtime/settings.ts';

export const paymentSettings = z.object({
  ...processSettings.shape,
  ...databaseSettings.shape,
  ...serviceSettings.shape,
  PAYMENT_PORT: port.default(4003),
  ORDER_URL: address.default('http://127.0.0.1:4002'),
  /** Where providers reach us with their notifications; without it, where we listen. */
  PAYMENT_PUBLIC_URL: address.optional(),
  SANDBOX_URL: address.default('http://127.0.0.1:4005'),
  SANDBOX_SECRET: secret,
});
export type PaymentSettings = z.infer<typeof paymentSettings>;
