import type { Money } from '../domain/order.ts';
import type { ChangeOrderNeeds } from './cancel-homestay-order.ts';

export type ArrivedPayment = { orderSn: string; paymentSn: string } & Money;

/**
 * Money has arrived for an order. What counts is its state, not the clock: an order that still waits takes the money,
 * one that was closed or paid otherwise refuses it, and refuses it again however often it is asked.
 */
export async function markOrderPaid(
  needs: ChangeOrderNeeds,
  payment: ArrivedPayment,
): Promise<'ACCEPTED' | 'REFUSED'> {
  const { orderSn: sn, paymentSn, amount, currency } = payment;
  const order = await needs.order(sn);
  if (!order || order.total.amount !== amount || order.total.currency !== currency)
    return 'REFUSED';
  if (order.paymentSn === paymentSn) return 'ACCEPTED';
  if (await needs.change({ sn, cause: 'PAID', at: await needs.now(), paymentSn }))
    return 'ACCEPTED';
  const current = await needs.order(sn);
  return current?.paymentSn === paymentSn ? 'ACCEPTED' : 'REFUSED';
}
