import { type Refused, refusals } from '../../../runtime/refusal.ts';

/** What a user reads for each reason. */
const messages = {
  ORDER_UNKNOWN: 'There is no such order of yours.',
  PAYMENT_UNKNOWN: 'There is no such payment.',
  ORDER_NOT_PAID: 'This order is not paid. While it waits to be paid, it can be cancelled.',
  STATE_FORBIDS: 'This stay was used or is over. It can no longer be cancelled.',
  NOTHING_LEFT: 'Everything that was paid has gone back already.',
  AMOUNT_INVALID: 'This amount cannot be refunded.',
  REASON_INVALID: 'Give a reason of 1 to 200 characters.',
  IDEMPOTENCY_KEY_INVALID: 'The idempotency key must have 1 to 64 characters.',
  KEY_REUSED: 'This idempotency key was used before for something else.',
  REFUND_UNDER_WAY: 'Another refund of this order is under way. Try again when it has ended.',
} as const;

/** The field of the input to blame. Others are for what has become of the order. */
const fields = {
  ORDER_UNKNOWN: 'orderSn',
  PAYMENT_UNKNOWN: 'paymentSn',
  AMOUNT_INVALID: 'amount',
  REASON_INVALID: 'reason',
  IDEMPOTENCY_KEY_INVALID: 'idempotencyKey',
  KEY_REUSED: 'idempotencyKey',
} as const;

export type RefundRefusalReason = keyof typeof messages;
export type RefundRefused = Refused<RefundRefusalReason>;
export const refundRefused = refusals(messages, fields);
