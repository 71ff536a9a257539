import { z } from 'zod';
import { address, databaseSettings, portOf, processSettings, secret } from '../runtime/settings.ts';

export const sandboxSettings = z.object({
  ...processSettings.shape,
  ...databaseSettings.shape,
  ...portOf('sandbox'),
  /** Where a person's browser reaches its page; without it, where the payment service does. */
  SANDBOX_PUBLIC_URL: address.optional(),
  /** What we and the payment service sign with, both ways. */
  SANDBOX_SECRET: secret,
});
export type SandboxSettings = z.infer<typeof sandboxSettings>;
