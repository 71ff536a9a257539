import type { Homestay } from './homestay.ts';
import type { HomestayFilter, PriceRange } from './homestay-search.ts';
import { nightPrices, type OwnPrices } from './night-prices.ts';
import { nightsOf } from './stay.ts';

/** What the price of a stay follows from, besides the prices of single nights. */
export type Priced = Pick<Homestay, 'id' | 'price' | 'soldPerPerson'>;

/** How long and for how many a search asks; one night for one guest if it does not say. */
export type Party = { nights: readonly string[] | null; guests: number };

export const partyOf = ({ stay, guests }: Pick<HomestayFilter, 'stay' | 'guests'>): Party => ({
  nights: stay ? nightsOf(stay) : null,
  guests: guests ?? 1,
});

/**
 * What the nights cost for all guests, without food: what ordering asks for. One night at the usual
 * price where no dates are asked for.
 */
export function totalOf(homestay: Priced, { nights, guests }: Party, own: OwnPrices): number {
  const persons = homestay.soldPerPerson ? guests : 1;
  if (!nights) return homestay.price.amount * persons;
  const prices = nightPrices(homestay, nights, own.get(homestay.id));
  return prices.reduce((sum, { price }) => sum + price.amount, 0) * persons;
}

/** Whether the nights cost what a search allows for each, on average of the stay. */
export function isWithin(total: number, { nights }: Party, { min, max }: PriceRange): boolean {
  const count = nights?.length ?? 1;
  return (min == null || total >= min * count) && (max == null || total <= max * count);
}
