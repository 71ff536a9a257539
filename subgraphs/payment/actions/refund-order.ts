import { addLogFields } from '../../../runtime/log.ts';
import { isDuplicateKey } from '../../../runtime/mongo.ts';
import { serialNumber } from '../../../runtime/serial-number.ts';
import type { Payment } from '../domain/payment.ts';
import { newRefund, type Refund } from '../domain/refund.ts';
import {
  decideRefund,
  type RefundRefused,
  type RefundRequest,
  refundRefused,
} from '../domain/refund-request.ts';
import type { Needs } from './needs.ts';

/** Asks for an order's money back. What follows (hold the order, send it, tell the order) is driven by the refund's state. */
export async function refundOrder(
  needs: Needs,
  orderSn: string,
  request: RefundRequest,
): Promise<Refund | RefundRefused> {
  addLogFields({ orderSn });
  const order = await needs.orders.toRefund(orderSn);
  const payments = await needs.payments.ofOrders([orderSn]);
  const paid =
    payments.find(({ orderAnswer }) => orderAnswer === 'ACCEPTED') ?? stuckFor(request, payments);
  const decided = decideRefund(order, paid, request);
  const underWay = paid && (await needs.refunds.findOpen(paid.sn));
  if ('refusal' in decided)
    return underWay && decided.reason === 'NOTHING_LEFT' ? underWay : decided;
  if (!paid) return refundRefused('ORDER_NOT_PAID');
  if (underWay) return underWay;

  const now = await needs.now();
  const wanted = { payment: paid, reason: request.reason.trim(), ...decided };
  if (paid.orderAnswer === 'REFUSED') wanted.cause = 'ORDER_REFUSED_PAYMENT';
  const refund = newRefund(wanted, serialNumber('RFD', now), now);
  try {
    const reserved = await needs.transaction(async (session) => {
      if (!(await needs.payments.reserveRefund(paid.sn, refund.amount, session))) return false;
      await needs.refunds.insert(refund, session);
      return true;
    });
    await needs.step('refund stored');
    if (reserved) return refund;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  // Another refund of this payment came first.
  return (await needs.refunds.findOpen(paid.sn)) ?? refundRefused('AMOUNT_INVALID');
}

/** Money that the order refused goes back by itself; where that has failed, an operator may ask for it once more. */
const stuckFor = ({ roles }: RefundRequest, payments: Payment[]): Payment | undefined =>
  roles.includes('operator')
    ? payments.find(({ state, orderAnswer }) => state === 'SUCCESS' && orderAnswer === 'REFUSED')
    : undefined;
