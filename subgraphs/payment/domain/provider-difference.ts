import type { DifferenceKind } from './difference.ts';
import { leftOf, type Money, moneyOf, type Payment } from './payment.ts';
import type { RefundFact } from './provider.ts';
import type { Refund } from './refund.ts';

/** What a provider holds of a payment: what was paid there, and what went back of it. */
export type HeldAtProvider = Money & { refunded: number };

/**
 * How our ledger disagrees with the provider's about one payment. Null stands for a payment that
 * nobody has paid there.
 */
export function providerDifferenceOf(
  payment: Payment,
  held: HeldAtProvider | null,
): DifferenceKind | null {
  const isSame = held?.currency === moneyOf(payment).currency;
  const theirs = held && isSame ? held.amount - held.refunded : 0;
  const ours = leftOf(payment);
  if (theirs === ours) return null;
  return theirs > ours ? 'PROVIDER_HAS_MORE' : 'PROVIDER_HAS_LESS';
}

/**
 * How our refunds of a payment disagree with those that its provider made since then. What was asked
 * for earlier may be in either list.
 */
export function refundDifferenceOf(
  ours: readonly Refund[],
  listed: readonly RefundFact[],
  since: Date,
): DifferenceKind | null {
  const theirs = listed.filter(({ refund }) => refund.state !== 'FAILED');
  const isBooked = (fact: RefundFact) =>
    ours.some(
      ({ sn, providerRef, amount, state, open }) =>
        (sn === fact.sn || providerRef === fact.ref) &&
        amount === fact.amount &&
        (open || state === 'SUCCESS'),
    );
  if (!theirs.every(isBooked)) return 'PROVIDER_HAS_LESS';
  // What the provider made by itself may have come to us late.
  const sent = ours.filter(
    ({ state, cause, createdAt }) =>
      state === 'SUCCESS' && cause !== 'PROVIDER' && createdAt >= since,
  );
  return sent.every(({ sn }) => theirs.some((fact) => fact.sn === sn)) ? null : 'PROVIDER_HAS_MORE';
}
