import { isRefused } from '../../../runtime/refusal.ts';
import type { Homestay } from '../domain/order.ts';
import { type Quote, quoteStay } from '../domain/quote.ts';
import { type RefundTerm, termsOf } from '../domain/refund-policy.ts';
import type { Refusal } from '../domain/refusal.ts';
import { nightsOf, type Stay } from '../domain/stay.ts';
import type { OrderLimits, StayInput } from '../domain/stay-rules.ts';
import { type HeldNight, type NightsTakenNeeds, nightsTakenFor } from './nights-taken.ts';

export type QuoteHomestayStayNeeds = NightsTakenNeeds & {
  now(): Promise<Date>;
  limits: OrderLimits;
  /** Asks the travel service. Null if it knows no such homestay. */
  homestay(id: string, stay: Stay): Promise<Homestay | null>;
  heldNights(homestayId: string, nights: readonly string[]): Promise<HeldNight[]>;
};

export type QuotedStay = StayInput & Quote & { refundTerms: RefundTerm[]; payWithinMs: number };

/**
 * What a stay would cost if it were ordered now, or why it would be refused: the rules are those of
 * ordering.
 */
export async function quoteHomestayStay(
  needs: QuoteHomestayStayNeeds,
  userId: string | undefined,
  homestayId: string,
  input: StayInput,
): Promise<QuotedStay | Refusal> {
  const [homestay, now] = await Promise.all([needs.homestay(homestayId, input), needs.now()]);
  const { limits } = needs;
  const quote = quoteStay(input, { homestay, now, limits });
  if (isRefused(quote)) return quote;
  const held = await needs.heldNights(homestayId, nightsOf(input));
  if (held.length > 0) return nightsTakenFor(needs, userId, held);
  const refundTerms = termsOf(limits.refundPolicy, input.checkIn);
  return { ...input, ...quote, refundTerms, payWithinMs: limits.closeAfterMs };
}
