import { allRefused } from '../../../runtime/refusal.ts';
import { isLongerThan } from '../../../runtime/text.ts';
import { leftOf, type Money, moneyOf, type Payment } from './payment.ts';
import type { Refund, RefundCause } from './refund.ts';
import { type RefundRefusalReason, type RefundRefused, refundRefused } from './refund-refusal.ts';

/** What must be known of an order to refund it. */
export type OrderToRefund = {
  sn: string;
  travellerId: string;
  hostId: string;
  /** It is paid and not used yet, so that the stay can be ended. */
  leavable: boolean;
  /** Its stay was ended after it was paid. */
  ended: boolean;
  /**
   * The percentage of the price that goes back if the traveller leaves: counted from the first
   * request to leave.
   */
  share: number;
};

export type Caller = { userId: string; roles: readonly string[] };

/**
 * What is requested: the traveller leaves, the host or an operator ends the stay and gives back all
 * that is left, or they give back a part and the stay goes on.
 */
export type RefundKind = 'LEAVE' | 'END' | 'PART';

export type RefundRequest = Caller & {
  kind: RefundKind;
  orderSn: string;
  reason: string;
  idempotencyKey: string;
  /** For `PART`. */
  amount?: Money;
};

const maxReasonLength = 200;
const maxKeyLength = 64;

/** Whether a reason says something, and not too much. */
export function isReason(reason: string): boolean {
  const given = reason.trim();
  return given !== '' && !isLongerThan(given, maxReasonLength);
}

/** What is wrong with a request by itself, whatever the order's state is; null if nothing is. */
export function malformed({
  reason,
  idempotencyKey,
}: Pick<RefundRequest, 'reason' | 'idempotencyKey'>): RefundRefused | null {
  const wrong: RefundRefused[] = [];
  if (!isReason(reason)) wrong.push(outOf(maxReasonLength, 'REASON_INVALID'));
  // A database replaces lone surrogates, so two such keys could become one.
  const isKey = idempotencyKey !== '' && idempotencyKey.isWellFormed();
  if (!isKey || isLongerThan(idempotencyKey, maxKeyLength))
    wrong.push(outOf(maxKeyLength, 'IDEMPOTENCY_KEY_INVALID'));
  return allRefused(wrong) ?? null;
}

const outOf = (max: number, reason: RefundRefusalReason): RefundRefused =>
  refundRefused(reason, undefined, { limits: { min: 1, max } });

/**
 * The caller's part in the request; null for somebody to whom the order does not exist, or who may
 * not ask this.
 */
export function causeOf(
  order: Pick<OrderToRefund, 'travellerId' | 'hostId'>,
  { kind, userId, roles }: Caller & { kind: RefundKind },
): RefundCause | null {
  if (kind === 'LEAVE') return userId === order.travellerId ? 'TRAVELLER' : null;
  if (roles.includes('operator')) return 'OPERATOR';
  return userId === order.hostId ? 'HOST' : null;
}

/** Whether a refund has this reason. That of an erased traveller is not known any more. */
export const isSameReason = (refund: Pick<Refund, 'reason'>, reason: string): boolean =>
  refund.reason === '' || refund.reason === reason.trim().toWellFormed();

/** Whether a request with the same key asked for the same thing. */
export const isSameRequest = (
  refund: Refund,
  { kind, reason, amount }: RefundRequest,
  cause: RefundCause,
): boolean =>
  refund.cause === cause &&
  refund.endsStay === (kind !== 'PART') &&
  isSameReason(refund, reason) &&
  (kind !== 'PART' || (refund.amount === amount?.amount && refund.currency === amount.currency));

/** A refund can be made in multiples of this many minor units. */
export type RefundStep = number;

/**
 * How much goes back. 0 if the stay ends and nothing goes back: the policy gives nothing, or
 * everything has gone back before.
 * `paid` is the payment that the order accepted.
 */
export function decideAmount(
  order: OrderToRefund,
  paid: Payment | null,
  request: Pick<RefundRequest, 'kind' | 'amount'>,
  step: RefundStep,
): number | RefundRefused {
  if (!paid) return refundRefused('ORDER_NOT_PAID');
  if (request.kind === 'PART') return partOf(paid, request.amount, step);
  if (!order.leavable) return refundRefused('STATE_FORBIDS');
  const left = leftOf(paid);
  return request.kind === 'END' ? left : Math.min(shareOf(paid, order.share, step), left);
}

/** The host names the part, in the payment's currency. */
function partOf(paid: Payment, asked: Money | undefined, step: RefundStep): number | RefundRefused {
  const inCurrency = asked?.currency === moneyOf(paid).currency;
  return refundableAmount(paid, inCurrency ? asked.amount : 0, step);
}

/** The amount, if so much is left and the provider can refund it; otherwise why not. */
export function refundableAmount(
  paid: Payment,
  amount: number,
  step: RefundStep,
): number | RefundRefused {
  const left = leftOf(paid);
  if (left <= 0) return refundRefused('NOTHING_LEFT');
  const fits = amount > 0 && amount <= left && amount % step === 0;
  if (fits) return amount;
  const { currency } = moneyOf(paid);
  const limits = { min: step, max: left - (left % step), currency };
  return refundRefused('AMOUNT_INVALID', undefined, { limits });
}

/** A percentage of what was paid, rounded down to what the provider can refund. */
export function shareOf(paid: Payment, share: number, step: RefundStep): number {
  // BigInt, because a large amount times 100 is not exact.
  const exact = (BigInt(moneyOf(paid).amount) * BigInt(share)) / 100n;
  return Number(exact - (exact % BigInt(step)));
}
