export type HoldOrderForPaymentNeeds = {
  now(): Promise<Date>;
  /** False if there is no such order, or it can't be held by this attempt. */
  holdForPayment(sn: string, paymentSn: string, now: Date): Promise<boolean>;
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
  return (await needs.holdForPayment(sn, paymentSn, await needs.now())) ? 'ACCEPTED' : 'REFUSED';
}
