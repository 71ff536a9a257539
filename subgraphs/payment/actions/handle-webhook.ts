import type { Provider, RawNotification } from '../providers/provider.ts';
import type { Needs } from './needs.ts';
import { recordPayment } from './record-payment.ts';
import { settleRefund } from './settle-refund.ts';

/** What became of a notification. Only `taken` and `ignored` are answered with an OK. */
export type Handled = 'taken' | 'ignored' | 'forged' | 'unknown' | 'wrong money';

/** Takes in what a provider tells us by itself. When it returns `taken`, the fact is durable. */
export async function handleNotification(
  needs: Needs,
  provider: Provider & { name: string },
  raw: RawNotification,
): Promise<Handled> {
  const notification = await provider.readNotification(raw);
  if (!notification) return 'forged';
  if (notification.about === 'nothing') return 'ignored';
  if (notification.about === 'payment') {
    const payment = await needs.payments.find(notification.sn);
    if (!payment || !provider.methods.includes(payment.method)) return 'unknown';
    const recorded = await recordPayment(needs, payment, notification.payment);
    return recorded === 'wrong money' ? 'wrong money' : 'taken';
  }
  const refund = await needs.refunds.find(notification.sn);
  const payment = refund && (await needs.payments.find(refund.paymentSn));
  if (!refund || !payment || !provider.methods.includes(payment.method)) return 'unknown';
  if (notification.amount !== refund.amount || notification.currency !== refund.currency)
    return 'wrong money';
  await settleRefund(needs, refund, notification.refund);
  return 'taken';
}
