import type { Provider, Providers } from '../domain/provider.ts';
import type { PaymentSettings } from '../settings.ts';
import { sandboxProvider } from './sandbox/sandbox-provider.ts';
import { stripeProvider } from './stripe/stripe-provider.ts';
import { tracedProvider } from './traced-provider.ts';
import { wechatpayProvider } from './wechatpay/wechatpay-provider.ts';

/** The address at which a provider's webhooks reach us. */
type WebhookUrl = (provider: string) => string;

/**
 * Every provider, by the name that its webhook's address ends with. `settings.ts` checks that it
 * has what it needs.
 */
const openers: Record<
  PaymentSettings['PAYMENT_PROVIDERS'][number],
  (settings: PaymentSettings, webhookUrl: WebhookUrl) => Provider
> = {
  sandbox: (settings) =>
    sandboxProvider({
      url: settings.SANDBOX_URL,
      secrets: settings.SANDBOX_SECRET as string[],
      timeoutMs: settings.PROVIDER_TIMEOUT,
    }),
  wechatpay: (settings, webhookUrl) =>
    wechatpayProvider({
      url: settings.WECHATPAY_URL,
      appId: settings.WECHATPAY_APP_ID as string,
      merchantId: settings.WECHATPAY_MERCHANT_ID as string,
      merchantSerial: settings.WECHATPAY_MERCHANT_SERIAL as string,
      merchantKey: settings.WECHATPAY_MERCHANT_KEY as string,
      platformSerial: settings.WECHATPAY_PLATFORM_SERIAL as string,
      platformKey: settings.WECHATPAY_PLATFORM_KEY as string,
      apiV3Key: settings.WECHATPAY_API_V3_KEY as string,
      webhookUrl: () => webhookUrl('wechatpay'),
      timeoutMs: settings.PROVIDER_TIMEOUT,
    }),
  stripe: (settings) =>
    stripeProvider({
      url: settings.STRIPE_URL,
      secretKey: settings.STRIPE_SECRET_KEY as string,
      webhookSecret: settings.STRIPE_WEBHOOK_SECRET as string,
      returnUrl: settings.STRIPE_RETURN_URL as string,
      timeoutMs: settings.PROVIDER_TIMEOUT,
    }),
};

/** The providers that the settings name. */
export const openProviders = (settings: PaymentSettings, webhookUrl: WebhookUrl): Providers =>
  Object.fromEntries(
    settings.PAYMENT_PROVIDERS.map((name) => [
      name,
      tracedProvider(name, openers[name](settings, webhookUrl)),
    ]),
  );
