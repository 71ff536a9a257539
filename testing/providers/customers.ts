import type { Simulator } from './simulator.ts';
import { startStripeSimulator } from './stripe-simulator.ts';
import {
  startWechatpaySimulator,
  type WechatpayKeys,
  wechatpayKeys,
} from './wechatpay-simulator.ts';

/** A simulated provider, and the settings that make a payment service its customer. */
export type Customer = { simulator: Simulator; env: Record<string, string> };

/** @param paymentUrl where the payment service listens, for webhooks */
export async function stripeCustomer(paymentUrl: string): Promise<Customer> {
  const [secretKey, webhookSecret] = ['sk_test_of_the_tests', 'whsec_of_the_tests'];
  const notifyUrl = `${paymentUrl}/notifications/stripe`;
  const simulator = await startStripeSimulator({ secretKey, webhookSecret, notifyUrl });
  const env = {
    STRIPE_URL: simulator.url,
    STRIPE_SECRET_KEY: secretKey,
    STRIPE_WEBHOOK_SECRET: webhookSecret,
    STRIPE_RETURN_URL: 'https://homestay.example/paid',
  };
  return { simulator, env };
}

const pem = (key: WechatpayKeys['merchant']['privateKey'], type: 'pkcs8' | 'spki') =>
  key.export({ type, format: 'pem' }) as string;

export async function wechatpayCustomer(): Promise<Customer> {
  const keys = wechatpayKeys();
  const simulator = await startWechatpaySimulator(keys);
  const env = {
    WECHATPAY_URL: simulator.url,
    WECHATPAY_APP_ID: keys.appId,
    WECHATPAY_MERCHANT_ID: keys.merchantId,
    WECHATPAY_MERCHANT_SERIAL: keys.merchantSerial,
    WECHATPAY_MERCHANT_KEY: pem(keys.merchant.privateKey, 'pkcs8'),
    WECHATPAY_PLATFORM_SERIAL: keys.platformSerial,
    WECHATPAY_PLATFORM_KEY: pem(keys.platform.publicKey, 'spki'),
    WECHATPAY_API_V3_KEY: keys.apiV3Key,
  };
  return { simulator, env };
}
