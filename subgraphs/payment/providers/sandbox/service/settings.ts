import { z } from 'zod';
import { databaseSettings, port, processSettings, secret } from '../../../../../runtime/settings.ts';

export const sandboxSettings = z.object({
  ...processSettings.shape,
  ...databaseSettings.shape,
  SANDBOX_PORT: port.default(4005),
  /** What we and the payment service sign with, both ways. */
  SANDBOX_SECRET: secret,
});
export type SandboxSettings = z.infer<typeof sandboxSettings>;
