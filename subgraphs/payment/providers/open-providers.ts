import type { PaymentSettings } from '../settings.ts';
import type { Providers } from './provider.ts';
import { sandboxProvider } from './sandbox/sandbox-provider.ts';

/** The providers that the settings name, ready to be asked. */
export const openProviders = (settings: PaymentSettings): Providers => ({
  sandbox: sandboxProvider({
    url: settings.SANDBOX_URL,
    secret: settings.SANDBOX_SECRET,
    timeoutMs: settings.PROVIDER_TIMEOUT,
  }),
});
