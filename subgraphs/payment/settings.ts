import { z } from 'zod';
import {
  address,
  databaseSettings,
  duration,
  portOf,
  processSettings,
  secrets,
  serviceSettings,
  urlsOf,
} from '../../runtime/settings.ts';

export const providers = ['sandbox', 'wechatpay', 'stripe'] as const;

/** What each provider can't do without. */
export const needed: Record<(typeof providers)[number], readonly string[]> = {
  sandbox: ['SANDBOX_SECRET'],
  wechatpay: [
    'WECHATPAY_APP_ID',
    'WECHATPAY_MERCHANT_ID',
    'WECHATPAY_MERCHANT_SERIAL',
    'WECHATPAY_MERCHANT_KEY',
    'WECHATPAY_PLATFORM_SERIAL',
    'WECHATPAY_PLATFORM_KEY',
    'WECHATPAY_API_V3_KEY',
  ],
  stripe: ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET', 'STRIPE_RETURN_URL'],
};

/** A key in PEM; its line ends may be written as `\\n`. */
const pem = z
  .string()
  .transform((text) => text.replaceAll('\\n', '\n'))
  .refine((text) => text.includes('-----BEGIN'), 'must be a key in PEM');

const shape = z.object({
  ...processSettings.shape,
  ...databaseSettings.shape,
  ...serviceSettings.shape,
  ...portOf('payment'),
  ...urlsOf('order', 'sandbox'),
  /** Where providers reach us with their notifications; without it, where we listen. */
  PAYMENT_PUBLIC_URL: address.optional(),
  /** The origins, separated by commas, that a payment page may send travellers back to. */
  PAYMENT_RETURN_ORIGINS: z
    .string()
    .default('')
    .transform((text) => text.split(',').flatMap((origin) => origin.trim() || []))
    .pipe(
      z.array(z.url({ protocol: /^https?$/, error: 'must be origins such as https://a.example' })),
    ),
  /** How long a payment waits before its provider is asked what became of it, and asked again. */
  QUERY_WAITING_AFTER: duration.prefault('30s'),
  /** How long after its end an attempt without money is asked about once more. */
  QUERY_ENDED_AFTER: duration.prefault('1h'),
  /** How travellers are told: in the log, or by mail. */
  NOTIFIER: z.enum(['log', 'smtp'], { error: 'must be log or smtp' }).default('log'),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//, 'must be an smtp:// address')
    .default('smtp://127.0.0.1:25'),
  MAIL_FROM: z.string().default('Homestay <no-reply@homestay.localhost>'),
  /** The mail address of a traveller whose token had none; `{user}` stands for the user. */
  MAIL_TO: z
    .string()
    .includes('{user}', 'must contain {user}')
    .default('{user}@travellers.localhost'),
  /** How long a provider may take to answer. */
  PROVIDER_TIMEOUT: duration.prefault('5s'),
  /** The providers that payments may be made at, separated by commas. */
  PAYMENT_PROVIDERS: z
    .string()
    .default('sandbox')
    .transform((text) => text.split(',').map((name) => name.trim()))
    .pipe(z.array(z.enum(providers, { error: `must be some of ${providers.join(', ')}` }))),
  SANDBOX_SECRET: secrets.optional(),
  STRIPE_URL: address.default('https://api.stripe.com'),
  STRIPE_SECRET_KEY: z.string().optional(),
  STRIPE_WEBHOOK_SECRET: z.string().optional(),
  /** Where Stripe's page sends the traveller back to. */
  STRIPE_RETURN_URL: address.optional(),
  WECHATPAY_URL: address.default('https://api.mch.weixin.qq.com'),
  WECHATPAY_APP_ID: z.string().optional(),
  WECHATPAY_MERCHANT_ID: z.string().optional(),
  /** The serial number of the merchant's certificate, and its private key. */
  WECHATPAY_MERCHANT_SERIAL: z.string().optional(),
  WECHATPAY_MERCHANT_KEY: pem.optional(),
  /** The id and the public key of WeChat Pay. */
  WECHATPAY_PLATFORM_SERIAL: z.string().optional(),
  WECHATPAY_PLATFORM_KEY: pem.optional(),
  WECHATPAY_API_V3_KEY: z.string().length(32, 'must have 32 characters').optional(),
});

/** A provider that is named must have all it needs, before anything listens. */
export const paymentSettings = shape.superRefine((settings, context) => {
  for (const provider of settings.PAYMENT_PROVIDERS) {
    for (const name of needed[provider]) {
      if (settings[name as keyof typeof settings] !== undefined) continue;
      context.addIssue({ code: 'custom', path: [name], message: `${provider} needs it` });
    }
  }
});
export type PaymentSettings = z.infer<typeof paymentSettings>;
