import { allRefused } from '../../../runtime/refusal.ts';
import { wrongPrice } from './edit-homestay.ts';
import type { Homestay } from './homestay.ts';
import type { Money } from './money.ts';
import { type HostRefusal, refuseHost } from './refusal.ts';
import { nightCount, nightsOf, type Stay } from './stay.ts';

/** The most nights that one change or one question may name. */
export const maxPricedNights = 366;

/** What one night costs: in all, or for each guest where the homestay is sold per person. */
export type NightPrice = { night: string; price: Money };

/** A night that has a price of its own. */
export type OwnNightPrice = NightPrice & { homestayId: string };

/** The prices of single nights, by homestay and night. */
export type OwnPrices = ReadonlyMap<string, ReadonlyMap<string, Money>>;

export function ownPricesOf(found: readonly OwnNightPrice[]): OwnPrices {
  const own = new Map<string, Map<string, Money>>();
  for (const { homestayId, night, price } of found) {
    const nights = own.get(homestayId) ?? new Map<string, Money>();
    own.set(homestayId, nights.set(night, price));
  }
  return own;
}

/**
 * The nights that get a price of their own, in ascending order, or why they don't; a null price
 * takes it away.
 */
export function nightsToPrice(
  homestay: Pick<Homestay, 'price'>,
  range: { from: string; to: string; price: Money | null },
): string[] | HostRefusal {
  const stay: Stay = { checkIn: range.from, checkOut: range.to };
  const count = nightCount(stay);
  const path = ['input', 'to'];
  const wrong = [
    ...(count < 1 ? [refuseHost('DATES_INVALID', undefined, { path })] : []),
    ...(count > maxPricedNights
      ? [refuseHost('TOO_MANY_NIGHTS', undefined, { path, limits: { max: maxPricedNights } })]
      : []),
    ...wrongPrice('price', range.price, homestay.price.currency),
  ];
  return allRefused(wrong) ?? nightsOf(stay);
}

/** Whether the prices of a stay may be asked for: it has 1 to `maxPricedNights` nights. */
export function isPriceable(stay: Stay): boolean {
  const count = nightCount(stay);
  return count >= 1 && count <= maxPricedNights;
}

/**
 * What each night of a range costs.
 * @param own the prices of single nights, by night; one in a currency that the homestay no longer
 *   has is not used
 */
export const nightPrices = (
  { price }: Pick<Homestay, 'price'>,
  nights: readonly string[],
  own: ReadonlyMap<string, Money> = new Map(),
): NightPrice[] =>
  nights.map((night) => {
    const special = own.get(night);
    return { night, price: special?.currency === price.currency ? special : price };
  });
