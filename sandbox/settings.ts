import { z } from 'zod';
import {
  address,
  databaseSettings,
  flag,
  portOf,
  processSettings,
  secrets,
} from '../runtime/settings.ts';

export const sandboxSettings = z.object({
  ...processSettings.shape,
  ...databaseSettings.shape,
  ...portOf('sandbox'),
  /** Where a person's browser reaches its page; without it, where the payment service does. */
  SANDBOX_PUBLIC_URL: address.optional(),
  /** What we and the payment service sign with, both ways: one, or a new and an old one. */
  SANDBOX_SECRET: secrets,
  /**
   * Whether anybody who reaches it may settle payments and make trouble at `/test`, as tests do.
   * Nothing protects that.
   */
  SANDBOX_TEST_API: flag('false'),
});
export type SandboxSettings = z.infer<typeof sandboxSettings>;
