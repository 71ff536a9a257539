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

/**
 * What each night of a range costs.
 * @param own the prices of single nights, by night; one in a currency that the homestay no longer
 *   has is not used
 */
export const nightPrices = (
  { price }: Pick<Homestay, 'price'>,
  nights: readonly string[],
  own: ReadonlyMap<string, Money>,
): NightPrice[] =>
  nights.map((night) => {
    const special = own.get(night);
    return { night, price: special?.currency === price.currency ? special : price };
  });
