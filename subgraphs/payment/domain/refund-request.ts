import type { Payment } from './payment.ts';
import type { RefundCause } from './refund.ts';

const messages = {
  ORDER_UNKNOWN: 'There is no such order of yours.',
  ORDER_NOT_PAID: 'This order is not paid.',
  STATE_FORBIDS: 'This stay was used or is over, so that it can no longer be left.',
  POLICY_FORBIDS: 'By the policy of this order nothing goes back this late.',
  NOTHING_LEFT: 'Everything that was paid has gone back already.',
  AMOUNT_INVALID: 'This amount can not be given back.',
  REASON_INVALID: 'Give a reason of 1 to 200 characters.',
} as const;

export type RefundRefusalReason = keyof typeof messages;
export type RefundRefused = { refusal: true; reason: RefundRefusalReason; message: string };

export const refundRefused = (reason: RefundRefusalReason): RefundRefused => ({
  refusal: true,
  reason,
  message: messages[reason],
});

/** What must be known of an order to give its money back. */
export type OrderToRefund = {
  sn: string;
  state: string;
  travellerId: string;
  hostId: string;
  /** How much of the price goes back to the traveller now, in percent. */
  share: number;
};

/** What is asked for, and by whom. */
export type RefundRequest = {
  reason: string;
  amount?: number | null;
  userId: string;
  roles: readonly string[];
};

const maxReasonLength = 200;

/** Decides how much goes back and on whose word, or why nothing does. `paid` is the payment that the order has accepted. */
export function decideRefund(
  order: OrderToRefund | undefined,
  paid: Payment | undefined,
  request: RefundRequest,
): { amount: number; cause: RefundCause } | RefundRefused {
  const cause = order && causeOf(order, request);
  if (!order || !cause) return refundRefused('ORDER_UNKNOWN');
  const { length } = [...request.reason.trim()];
  if (length === 0 || length > maxReasonLength) return refundRefused('REASON_INVALID');
  if (!paid) return refundRefused('ORDER_NOT_PAID');
  const left = paid.amount - paid.refunded;
  if (left === 0) return refundRefused('NOTHING_LEFT');
  const asked = request.amount ?? undefined;
  if (cause === 'TRAVELLER') {
    if (asked !== undefined) return refundRefused('AMOUNT_INVALID');
    if (order.state !== 'WAIT_USE') return refundRefused('STATE_FORBIDS');
    const amount = Math.min(Math.floor((paid.amount * order.share) / 100), left);
    return amount > 0 ? { amount, cause } : refundRefused('POLICY_FORBIDS');
  }
  const amount = asked ?? left;
  return amount > 0 && amount <= left ? { amount, cause } : refundRefused('AMOUNT_INVALID');
}

/** As whom the caller may ask; undefined for somebody to whom the order does not exist. */
function causeOf(order: OrderToRefund, { userId, roles }: RefundRequest): RefundCause | undefined {
  if (roles.includes('operator')) return 'OPERATOR';
  if (userId === order.hostId) return 'HOST';
  return userId === order.travellerId ? 'TRAVELLER' : undefined;
}
