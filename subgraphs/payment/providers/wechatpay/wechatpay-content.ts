import { cutText } from '../../../../runtime/text.ts';
import type { PaymentToBegin, RefundToSend } from '../../domain/provider.ts';

/** The longest texts that WeChat Pay takes. */
const maxDescription = 120;
const maxReason = 80;

/** What a trade is begun with. */
export const orderOf = (payment: PaymentToBegin) => ({
  out_trade_no: payment.sn,
  description: cutText(payment.description, maxDescription),
  time_expire: `${payment.payBefore.toISOString().slice(0, 19)}+00:00`,
  amount: { total: payment.amount, currency: payment.currency },
});

/** What a refund is asked for with. */
export const refundContent = (
  { sn, payment, amount: refund, reason }: RefundToSend,
  webhookUrl: string,
) => ({
  out_trade_no: payment.sn,
  out_refund_no: sn,
  reason: cutText(reason, maxReason),
  notify_url: webhookUrl,
  amount: { refund, total: payment.amount, currency: payment.currency },
});
