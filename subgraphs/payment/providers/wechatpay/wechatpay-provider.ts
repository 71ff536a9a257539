import { createPrivateKey, createPublicKey } from 'node:crypto';
import wechatpay from 'wechatpay-axios-plugin';
import type { JsapiParameters } from '../../domain/payment.ts';
import {
  type PaymentToBegin,
  type Provider,
  type ProviderPayment,
  ProviderRefused,
  ProviderUnavailable,
  type RefundToSend,
} from '../../domain/provider.ts';
import { readWechatpayWebhook, refundOf, type Trade, tradeOf } from './wechatpay-webhook.ts';

const { Formatter, Rsa, Wechatpay } = wechatpay;

export type WechatpayOptions = {
  appId: string;
  merchantId: string;
  /** The serial number of the merchant's certificate, and its private key in PEM. */
  merchantSerial: string;
  merchantKey: string;
  /** The id and the public key of the platform, in PEM: with it everything from WeChat is verified. */
  platformSerial: string;
  platformKey: string;
  /** The APIv3 key, 32 characters: with it notifications are encrypted. */
  apiV3Key: string;
  url: string;
  /** Where refunds are notified to; they have no address of their own. */
  webhookUrl: () => string;
  timeoutMs: number;
};

/** WeChat Pay, API v3, for a direct merchant. The library signs each request and verifies each answer. */
export function wechatpayProvider(options: WechatpayOptions): Provider {
  const { appId: appid, merchantId: mchid } = options;
  const privateKey = createPrivateKey(options.merchantKey);
  const platformKey = createPublicKey(options.platformKey);
  const client = new Wechatpay({
    mchid,
    serial: options.merchantSerial,
    privateKey: options.merchantKey,
    certs: { [options.platformSerial]: platformKey },
    baseURL: options.url,
    timeout: options.timeoutMs,
  });
  const post = (path: string, content: object) => asked(() => client.chain(path).post(content));
  const get = (path: string, params = {}) => asked(() => client.chain(path).get({ params }));

  const query = async ({ sn }: { sn: string }): Promise<ProviderPayment> => {
    const trade = await get(`v3/pay/transactions/out-trade-no/${sn}`, { mchid }).catch(
      unlessUnknown,
    );
    return trade ? tradeOf(trade as Trade) : { state: 'UNKNOWN' };
  };

  /** What the bridge inside WeChat is handed, signed so that nobody on the way can change it. */
  function jsapiParameters(prepayId: string): JsapiParameters {
    const [timeStamp, nonceStr] = [`${Formatter.timestamp()}`, Formatter.nonce()];
    const message = Formatter.joinedByLineFeed(appid, timeStamp, nonceStr, `prepay_id=${prepayId}`);
    const paySign = Rsa.sign(message, privateKey);
    return {
      appId: appid,
      timeStamp,
      nonceStr,
      package: `prepay_id=${prepayId}`,
      signType: 'RSA',
      paySign,
    };
  }

  return {
    methods: ['WECHAT_NATIVE', 'WECHAT_JSAPI'],
    async begin(payment, webhookUrl) {
      const order = { appid, mchid, ...orderOf(payment), notify_url: webhookUrl };
      if (payment.method === 'WECHAT_NATIVE') {
        const { code_url } = (await post('v3/pay/transactions/native', order)) as {
          code_url: string;
        };
        return { instructions: { url: code_url } };
      }
      const jsapi = { ...order, payer: { openid: payment.payerId } };
      const { prepay_id } = (await post('v3/pay/transactions/jsapi', jsapi)) as {
        prepay_id: string;
      };
      return { instructions: { jsapi: jsapiParameters(prepay_id) } };
    },
    query,
    async close(payment) {
      // Answered with nothing. One that was paid can't be closed, one that is closed need not: how it ended is asked then.
      await post(`v3/pay/transactions/out-trade-no/${payment.sn}/close`, { mchid }).catch(
        unlessRefused,
      );
      return query(payment);
    },
    async refund({ sn, payment, amount: refund, reason }: RefundToSend) {
      const { amount: total, currency } = payment;
      const content = {
        ...{
          out_trade_no: payment.sn,
          out_refund_no: sn,
          reason: reason.slice(0, 80),
          notify_url: options.webhookUrl(),
        },
        amount: { refund, total, currency },
      };
      return refundOf((await post('v3/refund/domestic/refunds', content)) as { status: string });
    },
    async queryRefund({ sn }) {
      const refund = await get(`v3/refund/domestic/refunds/${sn}`).catch(unlessUnknown);
      return refund ? refundOf(refund as { status: string }) : { state: 'UNKNOWN' };
    },
    readWebhook: async (raw) => readWechatpayWebhook(raw, { ...options, platformKey }),
    stop: async () => {},
  };
}

const orderOf = ({ sn, amount: total, currency, description, payBefore }: PaymentToBegin) => ({
  out_trade_no: sn,
  description: description.slice(0, 120),
  time_expire: `${payBefore.toISOString().slice(0, 19)}+00:00`,
  amount: { total, currency },
});

type HttpError = Error & { response?: { status: number; data?: { code?: string } } };

/** WeChat says that it can't now, though the status looks like a no. */
const notNow = [
  'FREQUENCY_LIMITED',
  'RATELIMIT_EXCEEDED',
  'NOT_ENOUGH',
  'BIZERR_NEED_RETRY',
  'SIGN_ERROR',
];

/** No answer, or one that is not WeChat's: ask again. A clear no: a refusal that keeps its status. */
async function asked(ask: () => Promise<{ data: unknown }>): Promise<unknown> {
  try {
    return (await ask()).data;
  } catch (error) {
    const { response, message } = error as HttpError;
    const code = response?.data?.code ?? '';
    const text = `WeChat Pay: ${response?.status ?? 'no answer'} ${code} ${message}`;
    if (!response || response.status < 400 || response.status >= 500 || notNow.includes(code)) {
      throw new ProviderUnavailable(text, { cause: error });
    }
    throw new ProviderRefused(text, { cause: error });
  }
}

const unlessRefused = (error: unknown): undefined => {
  if (!(error instanceof ProviderRefused)) throw error;
  return undefined;
};
const unlessUnknown = (error: unknown): undefined => {
  if ((error as { cause?: HttpError }).cause?.response?.status === 404) return undefined;
  throw error;
};
