import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import wechatpay from 'wechatpay-axios-plugin';
import { z } from 'zod';
import type { JsapiParameters } from '../../domain/payment.ts';
import { type PaymentRef, type Provider, ProviderRefused } from '../../domain/provider.ts';
import { readAnswer } from '../read-answer.ts';
import { asked, looked } from './wechatpay-answers.ts';
import { orderOf, refundContent } from './wechatpay-content.ts';
import { readWechatpayWebhook, refundOf, tradeOf, tradeShape } from './wechatpay-webhook.ts';

const { Formatter, Rsa, Wechatpay } = wechatpay;

export type WechatpayOptions = {
  appId: string;
  merchantId: string;
  /** The serial number of the merchant's certificate, and its private key in PEM. */
  merchantSerial: string;
  merchantKey: string;
  /**
   * The id and the public key of the platform, in PEM: with it everything from WeChat is verified.
   */
  platformSerial: string;
  platformKey: string;
  /** The APIv3 key, 32 characters: with it notifications are encrypted. */
  apiV3Key: string;
  url: string;
  /** Where refunds are notified to; they have no address of their own. */
  webhookUrl: () => string;
  timeoutMs: number;
};

const begunNative = z.object({ code_url: z.string().min(1) });
const begunJsapi = z.object({ prepay_id: z.string().min(1) });
const refundState = z.object({ status: z.string() });

const read = <Said>(shape: z.ZodType<Said>, answer: unknown): Said =>
  readAnswer('WeChat Pay', shape, answer);

/**
 * WeChat Pay, API v3, for a direct merchant. The library signs each request and verifies each
 * answer.
 */
export function wechatpayProvider(options: WechatpayOptions): Provider {
  const { appId: appid, merchantId: mchid } = options;
  const privateKey = createPrivateKey(options.merchantKey);
  const platformKey = createPublicKey(options.platformKey);
  const client = clientOf(options, platformKey);
  const query = async ({ sn }: PaymentRef) => {
    const path = `v3/pay/transactions/out-trade-no/${sn}`;
    const trade = await looked(() => client.chain(path).get({ params: { mchid } }));
    return trade ? tradeOf(read(tradeShape, trade)) : { state: 'UNKNOWN' as const };
  };
  return {
    methods: ['WECHAT_NATIVE', 'WECHAT_JSAPI'],
    limits: (currency) => (currency === 'CNY' ? { smallest: 1, largest, step: 1 } : null),
    async begin(payment, webhookUrl) {
      const order = { appid, mchid, ...orderOf(payment), notify_url: webhookUrl };
      if (payment.method === 'WECHAT_NATIVE') {
        const native = () => client.chain('v3/pay/transactions/native').post(order);
        const { code_url } = read(begunNative, await asked(native));
        return { instructions: { url: code_url } };
      }
      const jsapi = { ...order, payer: { openid: payment.payerId } };
      const prepare = () => client.chain('v3/pay/transactions/jsapi').post(jsapi);
      const { prepay_id } = read(begunJsapi, await asked(prepare));
      return { instructions: { jsapi: jsapiParameters(appid, prepay_id, privateKey) } };
    },
    query,
    async close(payment) {
      const path = `v3/pay/transactions/out-trade-no/${payment.sn}/close`;
      // The answer is empty. A paid trade cannot be closed, a closed one need not: the query tells
      // how it ended.
      await asked(() => client.chain(path).post({ mchid })).catch(unlessRefused);
      return query(payment);
    },
    async refund(refund) {
      const content = refundContent(refund, options.webhookUrl());
      const send = () => client.chain('v3/refund/domestic/refunds').post(content);
      return refundOf(read(refundState, await asked(send)));
    },
    async queryRefund({ sn, providerRef = sn }) {
      const path = `v3/refund/domestic/refunds/${providerRef}`;
      const refund = await looked(() => client.chain(path).get());
      return refund ? refundOf(read(refundState, refund)) : { state: 'UNKNOWN' };
    },
    readWebhook: async (raw) => readWechatpayWebhook(raw, { ...options, platformKey }),
    stop: async () => {},
  };
}

/** A hundred million yuan, in fen. */
const largest = 10_000_000_000;

const clientOf = (options: WechatpayOptions, platformKey: KeyObject) =>
  new Wechatpay({
    mchid: options.merchantId,
    serial: options.merchantSerial,
    privateKey: options.merchantKey,
    certs: { [options.platformSerial]: platformKey },
    baseURL: options.url,
    timeout: options.timeoutMs,
  });

/** What the bridge inside WeChat needs, signed so that nobody can change it on the way. */
function jsapiParameters(appId: string, prepayId: string, privateKey: KeyObject): JsapiParameters {
  const [timeStamp, nonceStr] = [`${Formatter.timestamp()}`, Formatter.nonce()];
  const packageText = `prepay_id=${prepayId}`;
  const message = Formatter.joinedByLineFeed(appId, timeStamp, nonceStr, packageText);
  return {
    appId,
    timeStamp,
    nonceStr,
    package: packageText,
    signType: 'RSA',
    paySign: Rsa.sign(message, privateKey),
  };
}

const unlessRefused = (error: unknown): undefined => {
  if (!(error instanceof ProviderRefused)) throw error;
  return undefined;
};
