import { characterCount } from '../../../runtime/text.ts';
import type { Payment } from './payment.ts';
import type { RefundCause } from './refund.ts';
import { type RefundRefused, refundRefused } from './refund-refusal.ts';

/** What must be known of an order to refund it. */
export type OrderToRefund = {
  sn: string;
  travellerId: string;
  hostId: string;
  /** Its traveller can leave it: it is paid and not used yet. */
  leavable: boolean;
  /** The percentage of the price that goes back if the traveller leaves now. */
  share: number;
};

/** What is requested, and by whom. */
export type RefundRequest = {
  reason: string;
  amount?: number | null;
  userId: string;
  roles: readonly string[];
};

const maxReasonLength = 200;

/** Decides how much goes back and who caused it, or why nothing does. `paid` is the payment that the order accepted. */
export function decideRefund(
  order: OrderToRefund | null,
  paid: Payment | null,
  request: RefundRequest,
): { amount: number; cause: RefundCause } | RefundRefused {
  const cause = order && causeOf(order, request);
  if (!order || !cause) return refundRefused('ORDER_UNKNOWN');
  if (!isReason(request.reason)) return refundRefused('REASON_INVALID');
  if (!paid) return refundRefused('ORDER_NOT_PAID');
  const left = paid.amount - paid.refunded;
  if (left === 0) return refundRefused('NOTHING_LEFT');
  if (cause === 'TRAVELLER') return decideLeaving(order, paid, request);
  const amount = request.amount ?? left;
  return amount > 0 && amount <= left ? { amount, cause } : refundRefused('AMOUNT_INVALID');
}

/** A traveller does not name an amount: the policy does. */
function decideLeaving(order: OrderToRefund, paid: Payment, request: RefundRequest) {
  if (request.amount !== undefined && request.amount !== null)
    return refundRefused('AMOUNT_INVALID');
  if (!order.leavable) return refundRefused('STATE_FORBIDS');
  const share = Math.floor((paid.amount * order.share) / 100);
  const amount = Math.min(share, paid.amount - paid.refunded);
  return amount > 0 ? { amount, cause: 'TRAVELLER' as const } : refundRefused('POLICY_FORBIDS');
}

const isReason = (reason: string): boolean => {
  const length = characterCount(reason.trim());
  return length > 0 && length <= maxReasonLength;
};

/** The caller's part in the order; null for somebody to whom it does not exist. */
function causeOf(order: OrderToRefund, { userId, roles }: RefundRequest): RefundCause | null {
  if (roles.includes('operator')) return 'OPERATOR';
  if (userId === order.hostId) return 'HOST';
  return userId === order.travellerId ? 'TRAVELLER' : null;
}
