import { leftOf, type Money, moneyOf, type Payment } from '../domain/payment.ts';
import type { Providers } from '../domain/provider.ts';
import { shareOf } from '../domain/refund-request.ts';
import { stepOf } from './request-refund.ts';

export type RefundableNeeds = { providers: Providers };

/** What the order says of its traveller's leaving now. */
export type LeaveOffer = { share: number; until: string | null };

/**
 * How much goes back if the traveller leaves now: what leaving would give back. Null for an order
 * that no payment has paid.
 */
export async function refundable(
  { providers }: RefundableNeeds,
  payments: readonly Payment[],
  { share, until }: LeaveOffer,
): Promise<{ percent: number; amount: Money; until: string | null } | null> {
  const paid = payments.find(({ orderAnswer }) => orderAnswer === 'ACCEPTED');
  if (!paid) return null;
  // A dispute can take more than was left.
  const left = Math.max(leftOf(paid), 0);
  const amount = Math.min(shareOf(paid, share, stepOf(providers, paid)), left);
  return { percent: share, amount: { ...moneyOf(paid), amount }, until };
}
