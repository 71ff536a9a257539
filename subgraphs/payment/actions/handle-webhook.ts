import type { Payment } from '../domain/payment.ts';
import type { NamedProvider, RawWebhook, Webhook } from '../domain/provider.ts';
import { type RecordPaymentNeeds, recordPayment } from './record-payment.ts';
import { type SettleRefundNeeds, settleRefund } from './settle-refund.ts';

export type HandleWebhookNeeds = RecordPaymentNeeds &
  SettleRefundNeeds & { payment(sn: string): Promise<Payment | null> };

/** What became of a webhook. Only `handled` and `ignored` are answered with an OK. */
export type Handled = 'handled' | 'ignored' | 'forged' | 'unknown' | 'wrong money';

/** Takes in what a provider tells us. If this returns `handled`, the fact is durable. */
export async function handleWebhook(
  needs: HandleWebhookNeeds,
  provider: NamedProvider,
  raw: RawWebhook,
): Promise<Handled> {
  const webhook = await provider.readWebhook(raw);
  if (!webhook) return 'forged';
  if (webhook.about === 'nothing') return 'ignored';
  return webhook.about === 'payment'
    ? handlePayment(needs, provider, webhook)
    : handleRefund(needs, provider, webhook);
}

async function handlePayment(
  needs: HandleWebhookNeeds,
  { methods }: NamedProvider,
  { sn, payment: said }: Extract<Webhook, { about: 'payment' }>,
): Promise<Handled> {
  const payment = await needs.payment(sn);
  if (!payment || !methods.includes(payment.method)) return 'unknown';
  const recorded = await recordPayment(needs, payment, said);
  return recorded === 'wrong money' ? 'wrong money' : 'handled';
}

async function handleRefund(
  needs: HandleWebhookNeeds,
  { methods }: NamedProvider,
  { sn, amount, currency, refund: said }: Extract<Webhook, { about: 'refund' }>,
): Promise<Handled> {
  const refund = await needs.refund(sn);
  const payment = refund && (await needs.payment(refund.paymentSn));
  if (!refund || !payment || !methods.includes(payment.method)) return 'unknown';
  if (amount !== refund.amount || currency !== refund.currency) return 'wrong money';
  await settleRefund(needs, refund, said);
  return 'handled';
}
