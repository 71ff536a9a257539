import type { KeyObject } from 'node:crypto';
import wechatpay from 'wechatpay-axios-plugin';
import { z } from 'zod';
import type {
  ProviderFact,
  ProviderPayment,
  ProviderRefund,
  RawWebhook,
} from '../../domain/provider.ts';
import { isRefundSn } from '../../domain/refund.ts';

const { Aes, Formatter, Rsa } = wechatpay;

/** WeChat's own rule: what is older or newer is not answered. */
const toleranceSeconds = 300;

const envelope = z.object({
  event_type: z.string(),
  resource: z.object({
    algorithm: z.literal('AEAD_AES_256_GCM'),
    ciphertext: z.string(),
    nonce: z.string(),
    associated_data: z.string().default(''),
  }),
});
/** The states of a trade that was paid. One that was refunded later was paid all the same. */
const paidStates = new Set(['SUCCESS', 'REFUND']);
const amount = z.object({ total: z.int().positive(), currency: z.string().default('CNY') });
const instant = z.string().refine((text) => !Number.isNaN(Date.parse(text)));

/** A trade as WeChat Pay tells of it, by webhook or asked. A paid one says how much was paid. */
export const tradeShape = z
  .object({
    out_trade_no: z.string(),
    mchid: z.string(),
    trade_state: z.string(),
    success_time: instant.optional(),
    amount: amount.optional(),
  })
  .refine((trade) => trade.amount || !paidStates.has(trade.trade_state));
const refundShape = z.object({
  out_refund_no: z.string(),
  out_trade_no: z.string(),
  refund_id: z.string().optional(),
  mchid: z.string(),
  refund_status: z.string(),
  amount: z.object({ refund: z.int().positive(), currency: z.string().default('CNY') }),
});

export type Trade = z.infer<typeof tradeShape>;
export type WebhookKeys = {
  merchantId: string;
  platformSerial: string;
  platformKey: KeyObject;
  apiV3Key: string;
};

/**
 * Verifies who sent a notification and when, and decrypts what it says; null if it is not WeChat's
 * for us.
 */
export function readWechatpayWebhook(raw: RawWebhook, keys: WebhookKeys): ProviderFact | null {
  if (!isGenuine(raw, keys)) return null;
  try {
    const { event_type, resource } = envelope.parse(JSON.parse(raw.body.toString('utf8')));
    const { ciphertext, nonce, associated_data } = resource;
    const content = JSON.parse(
      Aes.AesGcm.decrypt(ciphertext, keys.apiV3Key, nonce, associated_data),
    );
    if (content.mchid !== keys.merchantId) return null;
    if (event_type.startsWith('TRANSACTION.')) {
      const trade = tradeShape.parse(content);
      return { about: 'payment', sn: trade.out_trade_no, payment: tradeOf(trade) };
    }
    if (!event_type.startsWith('REFUND.')) return { about: 'nothing' };
    return refundFact(refundShape.parse(content));
  } catch {
    return null;
  }
}

/** A refund on WeChat's own page has a number that is not ours, and names our payment. */
const refundFact = (refund: z.infer<typeof refundShape>): ProviderFact => {
  const { out_refund_no: no, out_trade_no: paymentSn, refund_status: status, amount } = refund;
  const { refund: value, currency } = amount;
  const sn = isRefundSn(no) ? no : null;
  const fact = { about: 'refund' as const, sn, ref: no, paymentSn, amount: value, currency };
  return { ...fact, refund: refundOf({ status }) };
};

function isGenuine(
  { headers, body }: RawWebhook,
  { platformSerial, platformKey }: WebhookKeys,
): boolean {
  const timestamp = headers['wechatpay-timestamp'] ?? '';
  const nonce = headers['wechatpay-nonce'] ?? '';
  const signature = headers['wechatpay-signature'] ?? '';
  if (headers['wechatpay-serial'] !== platformSerial) return false;
  if (!(Math.abs(Number(Formatter.timestamp()) - Number(timestamp)) <= toleranceSeconds))
    return false;
  return Rsa.verify(
    Formatter.response(timestamp, nonce, body.toString('utf8')),
    signature,
    platformKey,
  );
}

const ended: Record<string, 'FAILED' | 'CLOSED'> = {
  PAYERROR: 'FAILED',
  CLOSED: 'CLOSED',
  REVOKED: 'CLOSED',
};

/** A trade in a state that we don't know may still be paid. */
export function tradeOf({ trade_state, amount, success_time }: Trade): ProviderPayment {
  if (!paidStates.has(trade_state) || !amount) return { state: ended[trade_state] ?? 'WAIT' };
  const { total, currency } = amount;
  const paidAt = success_time ? new Date(success_time) : new Date();
  return { state: 'SUCCESS', amount: total, currency, paidAt };
}

/**
 * `CLOSED` and `ABNORMAL` are ends without money: the refund was given up, or the payer's account
 * can't take it.
 */
export function refundOf({ status }: { status: string }): ProviderRefund {
  if (status === 'SUCCESS') return { state: 'SUCCESS' };
  return { state: status === 'CLOSED' || status === 'ABNORMAL' ? 'FAILED' : 'WAIT' };
}
