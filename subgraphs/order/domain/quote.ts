import { allRefused } from '../../../runtime/refusal.ts';
import type { Homestay, Money } from './order.ts';
import { type Refusal, refuse } from './refusal.ts';
import { nightsOf } from './stay.ts';
import { type OrderLimits, type StayInput, wrongWithStay } from './stay-rules.ts';

/** What a stay costs, line by line. */
export type Quote = {
  /** What each night costs, for all guests. */
  nightLines: { night: string; price: Money }[];
  homestayTotal: Money;
  foodTotal: Money;
  total: Money;
};

/**
 * What a stay costs, from the homestay's data alone, or why it can't be ordered. A client never
 * sends a price. Whether its nights are free is not known here.
 */
export function quoteStay(
  input: StayInput,
  facts: { homestay: Homestay | null; now: Date; limits: OrderLimits },
): Quote | Refusal {
  const { homestay, now, limits } = facts;
  if (!homestay) return refuse('HOMESTAY_UNKNOWN');
  const refusal = allRefused(wrongWithStay(input, { homestay, now, limits }));
  if (refusal) return refusal;
  const quote = priced(input, homestay);
  const isExact = Number.isSafeInteger(quote.total.amount);
  return isExact ? quote : refuse('AMOUNT_TOO_LARGE');
}

function priced({ checkIn, checkOut, guests, needFood }: StayInput, homestay: Homestay): Quote {
  const { price, nightPrices, soldPerPerson, foodPrice } = homestay;
  const { currency } = price;
  const persons = soldPerPerson ? guests : 1;
  const money = (amount: number): Money => ({ amount, currency });
  const nightLines = nightsOf({ checkIn, checkOut }).map((night) => ({
    night,
    price: money((nightPrices[night] ?? price.amount) * persons),
  }));
  const forNights = nightLines.reduce((sum, line) => sum + line.price.amount, 0);
  const forFood = needFood && foodPrice ? foodPrice.amount * guests * nightLines.length : 0;
  return {
    nightLines,
    homestayTotal: money(forNights),
    foodTotal: money(forFood),
    total: money(forNights + forFood),
  };
}
