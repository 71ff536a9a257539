import { failpoint } from '../../../runtime/failpoint.ts';
import { addLogFields } from '../../../runtime/log.ts';
import { isRefused } from '../../../runtime/refusal.ts';
import { serialNumber } from '../../../runtime/serial-number.ts';
import type { Payment } from '../domain/payment.ts';
import { newRefund, type Refund } from '../domain/refund.ts';
import { type RefundRefused, refundRefused } from '../domain/refund-refusal.ts';
import { decideRefund, type OrderToRefund, type RefundRequest } from '../domain/refund-request.ts';

export type RefundOrderNeeds = {
  now(): Promise<Date>;
  orderToRefund(sn: string): Promise<OrderToRefund | null>;
  paymentsOfOrders(orderSns: readonly string[]): Promise<Payment[]>;
  openRefundOf(paymentSn: string): Promise<Refund | null>;
  startRefund(refund: Refund): Promise<'started' | 'nothing left' | 'another is open'>;
};

/** Requests a refund. What follows (hold the order, send the refund, tell the order) depends on the refund's state alone. */
export async function refundOrder(
  needs: RefundOrderNeeds,
  orderSn: string,
  request: RefundRequest,
): Promise<Refund | RefundRefused> {
  addLogFields({ orderSn });
  const order = await needs.orderToRefund(orderSn);
  const paid = paymentToRefund(await needs.paymentsOfOrders([orderSn]), request);
  const decided = decideRefund(order, paid, request);
  const open = paid && (await needs.openRefundOf(paid.sn));
  if (isRefused(decided)) return open && decided.reason === 'NOTHING_LEFT' ? open : decided;
  if (!paid) return refundRefused('ORDER_NOT_PAID');
  if (open) return open;

  const now = await needs.now();
  const wanted = { payment: paid, reason: request.reason.trim(), ...decided };
  if (paid.orderAnswer === 'REFUSED') wanted.cause = 'ORDER_REFUSED_PAYMENT';
  const refund = newRefund(wanted, serialNumber('RFD', now), now);
  const started = await needs.startRefund(refund);
  await failpoint('refund stored');
  if (started === 'started') return refund;
  // Another refund of this payment came first.
  return (await needs.openRefundOf(paid.sn)) ?? refundRefused('AMOUNT_INVALID');
}

/** The payment that the order accepted. An operator may also refund refused money whose own refund has failed. */
const paymentToRefund = (payments: Payment[], { roles }: RefundRequest): Payment | null => {
  const accepted = payments.find(({ orderAnswer }) => orderAnswer === 'ACCEPTED');
  if (accepted || !roles.includes('operator')) return accepted ?? null;
  const isStuck = ({ state, orderAnswer }: Payment) =>
    state === 'SUCCESS' && orderAnswer === 'REFUSED';
  return payments.find(isStuck) ?? null;
};
