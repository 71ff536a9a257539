import { type Refused, refusals } from '../../../runtime/refusal.ts';

/** What a user reads for each reason. */
const messages = {
  ORDER_UNKNOWN: 'There is no such order of yours.',
  ORDER_NOT_PAID: 'This order is not paid.',
  STATE_FORBIDS: 'This stay was used or is over. It can no longer be cancelled.',
  POLICY_FORBIDS: 'By the policy of this order nothing goes back this late.',
  NOTHING_LEFT: 'Everything that was paid has gone back already.',
  AMOUNT_INVALID: 'This amount cannot be refunded.',
  REASON_INVALID: 'Give a reason of 1 to 200 characters.',
} as const;

export type RefundRefusalReason = keyof typeof messages;
export type RefundRefused = Refused<RefundRefusalReason>;
export const refundRefused = refusals(messages);
