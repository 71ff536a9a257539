import { addLogFields } from '../../../runtime/log.ts';
import { serialNumber } from '../../../runtime/serial-number.ts';
import type { OrderStatus } from '../domain/difference.ts';
import { leftOf, type Payment } from '../domain/payment.ts';
import type { Providers } from '../domain/provider.ts';
import { newRefund, type Refund } from '../domain/refund.ts';
import { type RefundRefused, refundRefused } from '../domain/refund-refusal.ts';
import {
  type Caller,
  isSameReason,
  malformed,
  refundableAmount,
} from '../domain/refund-request.ts';
import { stepOf } from './request-refund.ts';

const isOperator = ({ roles }: Caller): boolean => roles.includes('operator');

export type RefundPaymentNeeds = {
  providers: Providers;
  now(): Promise<Date>;
  payment(sn: string): Promise<Payment | null>;
  refundByKey(orderSn: string, idempotencyKey: string): Promise<Refund | null>;
  openRefundOf(paymentSn: string): Promise<Refund | null>;
  startRefund(refund: Refund): Promise<'started' | 'nothing left' | 'another came first'>;
};

export type RefundPaymentRequest = Caller & {
  paymentSn: string;
  /** In minor units of what arrived; all that is left by default. */
  amount?: number;
  reason: string;
  idempotencyKey: string;
};

/**
 * An operator gives back money of a payment, whatever its order says: for money that should not be
 * here.
 */
export async function refundPayment(
  needs: RefundPaymentNeeds,
  request: RefundPaymentRequest,
): Promise<Refund | RefundRefused> {
  const { paymentSn, idempotencyKey } = request;
  const payment = isOperator(request) ? await needs.payment(paymentSn) : null;
  if (!payment) return refundRefused('PAYMENT_UNKNOWN');
  const { orderSn } = payment;
  addLogFields({ orderSn });
  const unclear = malformed(request);
  if (unclear) return unclear;
  const before = await needs.refundByKey(orderSn, idempotencyKey);
  if (before) return isSame(before, request) ? before : refundRefused('KEY_REUSED');
  // What is left is known when it has ended.
  if (await needs.openRefundOf(paymentSn)) return sameOrUnderWay(needs, orderSn, request);
  const step = stepOf(needs.providers, payment);
  const amount = refundableAmount(payment, request.amount ?? leftOf(payment), step);
  if (typeof amount !== 'number') return amount;

  const now = await needs.now();
  const reason = request.reason.trim().toWellFormed();
  const ofAll = request.amount === undefined;
  const wanted = { payment, amount, reason, idempotencyKey, endsStay: false, ofAll };
  const refund = newRefund({ ...wanted, cause: 'OPERATOR' }, serialNumber('RFD', now), now);
  if ((await needs.startRefund(refund)) === 'started') return refund;
  return sameOrUnderWay(needs, orderSn, request);
}

/** The same request, sent twice at once, may have made its refund since the key was looked for. */
async function sameOrUnderWay(
  needs: RefundPaymentNeeds,
  orderSn: string,
  request: RefundPaymentRequest,
): Promise<Refund | RefundRefused> {
  const same = await needs.refundByKey(orderSn, request.idempotencyKey);
  return same && isSame(same, request) ? same : refundRefused('REFUND_UNDER_WAY');
}

const isSame = (refund: Refund, { paymentSn, amount, reason }: RefundPaymentRequest): boolean =>
  refund.paymentSn === paymentSn &&
  refund.cause === 'OPERATOR' &&
  !refund.endsStay &&
  isSameReason(refund, reason) &&
  // A refund of an older version does not tell whether it was to be all.
  (amount === undefined ? refund.ofAll !== false : amount === refund.amount);

export type TellOrderAgainNeeds = { tellOrderAgain(paymentSn: string): Promise<boolean> };

/**
 * An operator has the order asked again whether it takes a payment's money. False if there is
 * nothing to tell.
 */
export const tellOrderAgain = async (
  needs: TellOrderAgainNeeds,
  { paymentSn, ...caller }: Caller & { paymentSn: string },
): Promise<boolean> => isOperator(caller) && needs.tellOrderAgain(paymentSn);

export type ReleaseOrderNeeds = {
  refund(sn: string): Promise<Refund | null>;
  orderStatuses(sns: readonly string[]): Promise<Map<string, OrderStatus>>;
  endOrderRefund(refund: { orderSn: string; refundSn: string; succeeded: boolean }): Promise<void>;
};

/**
 * An operator releases an order that is held by a refund that has ended or is not known. False if
 * it is not held so: an order whose stay has ended names the refund that ended it, and is not held.
 */
export async function releaseOrder(
  needs: ReleaseOrderNeeds,
  { orderSn, ...caller }: Caller & { orderSn: string },
): Promise<boolean> {
  if (!isOperator(caller)) return false;
  const order = (await needs.orderStatuses([orderSn])).get(orderSn);
  const refundSn = order?.usable ? order.refundSn : null;
  const refund = refundSn ? await needs.refund(refundSn) : null;
  if (!refundSn || refund?.open) return false;
  await needs.endOrderRefund({ orderSn, refundSn, succeeded: refund?.state === 'SUCCESS' });
  return true;
}

export type SweepHoldsNeeds = Pick<ReleaseOrderNeeds, 'endOrderRefund'> & {
  ordersHeldByRefunds(after: string): Promise<{ orderSn: string; refundSn: string }[]>;
  refundsBySn(sns: readonly string[]): Promise<Refund[]>;
};

/** Tells orders that are still held of refunds that have ended. Returns how many. */
export async function sweepHolds(needs: SweepHoldsNeeds): Promise<number> {
  let told = 0;
  for (let after = ''; ; ) {
    const held = await needs.ordersHeldByRefunds(after);
    const refunds = await needs.refundsBySn(held.map(({ refundSn }) => refundSn));
    for (const { sn, orderSn, state } of refunds.filter(({ open }) => !open)) {
      await needs.endOrderRefund({ orderSn, refundSn: sn, succeeded: state === 'SUCCESS' });
      told += 1;
    }
    const last = held.at(-1);
    if (!last) return told;
    after = last.orderSn;
  }
}
