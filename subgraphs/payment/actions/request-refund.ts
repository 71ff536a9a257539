import { failpoint } from '../../../runtime/failpoint.ts';
import { addLogFields } from '../../../runtime/log.ts';
import { isRefused } from '../../../runtime/refusal.ts';
import { serialNumber } from '../../../runtime/serial-number.ts';
import { leftOf, moneyOf, type OrderAnswer, type Payment } from '../domain/payment.ts';
import { type Providers, providerOf } from '../domain/provider.ts';
import { newRefund, type Refund, type RefundCause } from '../domain/refund.ts';
import { type RefundRefused, refundRefused } from '../domain/refund-refusal.ts';
import {
  causeOf,
  decideAmount,
  isSameRequest,
  malformed,
  type OrderToRefund,
  type RefundKind,
  type RefundRequest,
  type RefundStep,
} from '../domain/refund-request.ts';

export type RequestRefundNeeds = {
  now(): Promise<Date>;
  providers: Providers;
  orderToRefund(sn: string): Promise<OrderToRefund | null>;
  /** The same, and the order keeps the moment of the traveller's first request to leave. */
  askToLeaveOrder(sn: string): Promise<OrderToRefund | null>;
  endOrderWithoutRefund(end: {
    orderSn: string;
    cause: 'LEFT_WITHOUT_REFUND' | 'ENDED_AFTER_REFUNDS';
  }): Promise<OrderAnswer>;
  paymentsOfOrders(orderSns: readonly string[]): Promise<Payment[]>;
  refundsOfOrders(orderSns: readonly string[]): Promise<Refund[]>;
  refundByKey(orderSn: string, idempotencyKey: string): Promise<Refund | null>;
  startRefund(refund: Refund): Promise<'started' | 'nothing left' | 'another came first'>;
};

/** How a stay was ended: with a refund, or without one if nothing goes back. */
export type StayEnd = { orderSn: string; refund: Refund | null };

/**
 * The traveller leaves, or the host or an operator ends a paid stay. What follows depends on the
 * refund's state alone.
 */
export async function endStay(
  needs: RequestRefundNeeds,
  request: RefundRequest,
): Promise<StayEnd | RefundRefused> {
  const result = await requestRefund(needs, request);
  return result && isRefused(result) ? result : { orderSn: request.orderSn, refund: result };
}

/** The host or an operator gives a part back. The stay goes on. */
export const refundPart = async (
  needs: RequestRefundNeeds,
  request: RefundRequest,
): Promise<Refund | RefundRefused> =>
  (await requestRefund(needs, request)) ?? refundRefused('NOTHING_LEFT');

/** Null if the stay has ended and nothing goes back. */
async function requestRefund(
  needs: RequestRefundNeeds,
  request: RefundRequest,
): Promise<Refund | null | RefundRefused> {
  const { orderSn, idempotencyKey } = request;
  addLogFields({ orderSn });
  const order = await needs.orderToRefund(orderSn);
  const cause = order && causeOf(order, request);
  if (!order || !cause) return refundRefused('ORDER_UNKNOWN');
  const unclear = malformed(request);
  if (unclear) return unclear;
  const before = await needs.refundByKey(orderSn, idempotencyKey);
  if (before) return isSameRequest(before, request, cause) ? before : refundRefused('KEY_REUSED');

  const answer = await newRequest(needs, { order, cause, request });
  if (answer && !isRefused(answer)) return answer;
  // The same request, sent twice at once, may have made its refund since the key was looked for.
  const same = await needs.refundByKey(orderSn, idempotencyKey);
  return same && isSameRequest(same, request, cause) ? same : answer;
}

/** A request whose key is new. */
async function newRequest(
  needs: RequestRefundNeeds,
  { order, cause, request }: Omit<Decision, 'paid'>,
): Promise<Refund | null | RefundRefused> {
  const { orderSn } = request;
  const refunds = await needs.refundsOfOrders([orderSn]);
  if (refunds.some(({ open }) => open)) {
    // The policy counts from the first request, also if that one has to wait.
    if (request.kind === 'LEAVE' && order.leavable) await needs.askToLeaveOrder(orderSn);
    return refundRefused('REFUND_UNDER_WAY');
  }
  const payments = await needs.paymentsOfOrders([orderSn]);
  const paid = paymentOf(order, payments);
  if (order.ended && request.kind !== 'PART') return endedBefore(refunds, paid, request.kind);
  return decide(needs, { order, cause, paid, request });
}

/**
 * The payment that the order accepted. The order is paid a moment before its answer is stored here,
 * and somebody may ask in that moment.
 */
function paymentOf(order: OrderToRefund, payments: readonly Payment[]): Payment | null {
  const accepted = payments.find(({ orderAnswer }) => orderAnswer === 'ACCEPTED');
  if (accepted || !order.leavable) return accepted ?? null;
  const [arrived, ...others] = payments.filter(({ paidAt, orderAnswer }) => paidAt && !orderAnswer);
  return others.length === 0 ? (arrived ?? null) : null;
}

/**
 * A stay that ended without a refund can be ended again: nothing goes back, as before. But who ends
 * it as its host means that everything goes back.
 */
function endedBefore(
  refunds: readonly Refund[],
  paid: Payment | null,
  kind: RefundKind,
): null | RefundRefused {
  const isKept = kind === 'END' && paid !== null && leftOf(paid) > 0;
  const byRefund = refunds.some(({ endsStay, state }) => endsStay && state === 'SUCCESS');
  return isKept || byRefund ? refundRefused('STATE_FORBIDS') : null;
}

type Decision = {
  order: OrderToRefund;
  cause: RefundCause;
  paid: Payment | null;
  request: RefundRequest;
};

async function decide(
  needs: RequestRefundNeeds,
  { order, cause, paid, request }: Decision,
): Promise<Refund | null | RefundRefused> {
  const { orderSn, kind } = request;
  const leaves = kind === 'LEAVE' && paid !== null && order.leavable;
  const asked = leaves ? await needs.askToLeaveOrder(orderSn) : order;
  const amount = decideAmount(asked ?? order, paid, request, stepOf(needs.providers, paid));
  if (typeof amount !== 'number') return amount;
  if (amount > 0 && paid) return start(needs, paid, amount, cause, request);
  const ended = await needs.endOrderWithoutRefund({
    orderSn,
    cause: kind === 'LEAVE' ? 'LEFT_WITHOUT_REFUND' : 'ENDED_AFTER_REFUNDS',
  });
  return ended === 'ACCEPTED' ? null : refundRefused('STATE_FORBIDS');
}

/** In what steps the provider of a payment refunds. */
export const stepOf = (providers: Providers, paid: Payment | null): RefundStep =>
  (paid && providerOf(providers, paid.method)?.limits(moneyOf(paid).currency)?.step) ?? 1;

async function start(
  needs: RequestRefundNeeds,
  payment: Payment,
  amount: number,
  cause: RefundCause,
  request: RefundRequest,
): Promise<Refund | RefundRefused> {
  const { kind, idempotencyKey } = request;
  const now = await needs.now();
  const reason = request.reason.trim().toWellFormed();
  const wanted = { payment, amount, reason, cause, endsStay: kind !== 'PART', idempotencyKey };
  const refund = newRefund(wanted, serialNumber('RFD', now), now);
  const started = await needs.startRefund(refund);
  await failpoint('refund stored');
  if (started === 'started') return refund;
  // Somebody was faster.
  return refundRefused('REFUND_UNDER_WAY');
}
