import type { ChangeOrder } from '../domain/change.ts';
import type { Money, Order } from '../domain/order.ts';

export type MarkOrderPaidNeeds = {
  now(): Promise<Date>;
  order(sn: string): Promise<Order | null>;
  change: ChangeOrder;
};

export type ArrivedPayment = { orderSn: string; paymentSn: string } & Money;

/**
 * Money has arrived for an order. The order's state decides, not the clock: an order that still
 * waits takes the money. One that was closed, or paid otherwise, refuses it. Asking again gives the
 * same answer.
 */
export async function markOrderPaid(
  needs: MarkOrderPaidNeeds,
  payment: ArrivedPayment,
): Promise<'ACCEPTED' | 'REFUSED'> {
  const { orderSn: sn, paymentSn, amount, currency } = payment;
  const [order, at] = await Promise.all([needs.order(sn), needs.now()]);
  if (!order || order.total.amount !== amount || order.total.currency !== currency)
    return 'REFUSED';
  if (order.paymentSn === paymentSn) return 'ACCEPTED';
  if (await needs.change({ sn, cause: 'PAID', at, paymentSn })) return 'ACCEPTED';
  const current = await needs.order(sn);
  return current?.paymentSn === paymentSn ? 'ACCEPTED' : 'REFUSED';
}
