import type { Order, PaymentAttempt } from '../domain/order.ts';

export type HoldOrderForPaymentNeeds = {
  now(): Promise<Date>;
  order(sn: string): Promise<Order | null>;
  /** False if the order can't be held by this attempt. */
  holdForPayment(sn: string, attempt: PaymentAttempt, now: Date): Promise<boolean>;
};

/**
 * A payment is about to be begun at its provider. From now on the order stays open until the
 * attempt has ended there. The order refuses if it does not wait to be paid, if its deadline has
 * passed, or if another attempt holds it. Asking again gives the same answer.
 */
export async function holdOrderForPayment(
  needs: HoldOrderForPaymentNeeds,
  sn: string,
  paymentSn: string,
): Promise<'ACCEPTED' | 'REFUSED'> {
  const [order, now] = await Promise.all([needs.order(sn), needs.now()]);
  if (!order) return 'REFUSED';
  const attempt = { paymentSn, closeFrom: order.closeAt };
  return (await needs.holdForPayment(sn, attempt, now)) ? 'ACCEPTED' : 'REFUSED';
}
