import { type Refused, refusals } from '../../../runtime/refusal.ts';
import type { OrderToPay } from './payment.ts';

/** What a user reads for each reason. */
const messages = {
  ORDER_UNKNOWN: 'There is no such order of yours.',
  ORDER_NOT_PAYABLE: 'This order no longer waits to be paid.',
  DEADLINE_PASSED: 'The time to pay this order has passed.',
  PAYER_UNKNOWN: 'To pay inside WeChat, tell who pays.',
  METHOD_NOT_OFFERED: 'This payment method is not offered here.',
  AMOUNT_NOT_OFFERED: 'This payment method does not take this amount or currency.',
  RETURN_URL_INVALID: 'The return address is not one of ours.',
  PROVIDER_UNAVAILABLE: 'The payment provider does not answer. Please try again.',
  PROVIDER_REFUSED:
    'The payment provider does not take this payment. Please try again, or pay in another way.',
} as const;

/** The field of the input to blame. Others are for what has become of the order. */
const fields = {
  ORDER_UNKNOWN: 'orderSn',
  PAYER_UNKNOWN: 'payerId',
  METHOD_NOT_OFFERED: 'method',
  AMOUNT_NOT_OFFERED: 'method',
  RETURN_URL_INVALID: 'returnUrl',
} as const;

export type PayRefusalReason = keyof typeof messages;
export type PayRefused = Refused<PayRefusalReason>;
export const payRefused = refusals(messages, fields);

/** Why a user can't pay an order now; null if nothing is in the way. */
export function whyNotPayable(order: OrderToPay | null, userId: string): PayRefusalReason | null {
  if (!order || order.travellerId !== userId) return 'ORDER_UNKNOWN';
  if (!order.payable) return 'ORDER_NOT_PAYABLE';
  return order.overdue ? 'DEADLINE_PASSED' : null;
}
