import type { OrderToPay } from './payment.ts';

/** Why something is refused, and the sentence a user can read. */
const payMessages = {
  ORDER_UNKNOWN: 'There is no such order of yours.',
  ORDER_NOT_PAYABLE: 'This order does not wait to be paid any more.',
  DEADLINE_PASSED: 'The time to pay this order has passed.',
  PAYER_UNKNOWN: 'To pay inside WeChat we must know who pays.',
  METHOD_NOT_OFFERED: 'This way to pay is not offered here.',
  PROVIDER_UNAVAILABLE: 'The payment provider does not answer. Please try again.',
} as const;

export type PaymentRefusalReason = keyof typeof payMessages;
export type PaymentRefused = { refused: true; reason: PaymentRefusalReason; message: string };

export const paymentRefused = (reason: PaymentRefusalReason): PaymentRefused => ({
  refused: true,
  reason,
  message: payMessages[reason],
});

/** Why this user can't pay this order now; undefined where nothing is in the way. */
export function whyNotPayable(
  order: OrderToPay | undefined,
  userId: string,
): PaymentRefused | undefined {
  if (!order || order.travellerId !== userId) return paymentRefused('ORDER_UNKNOWN');
  if (order.state !== 'WAIT_PAY') return paymentRefused('ORDER_NOT_PAYABLE');
  if (order.overdue) return paymentRefused('DEADLINE_PASSED');
  return undefined;
}
