import { clientError } from '../../../runtime/errors.ts';
import type { Homestay } from '../domain/homestay.ts';
import {
  isPriceable,
  maxPricedNights,
  type NightPrice,
  nightPrices,
  type OwnNightPrice,
  ownPricesOf,
} from '../domain/night-prices.ts';
import { nightsOf, type Stay } from '../domain/stay.ts';

export type ListNightPricesNeeds = {
  /** The nights of a stay that have prices of their own, of all these homestays. */
  ownNightPrices(homestayIds: readonly string[], stay: Stay): Promise<OwnNightPrice[]>;
};

/** What each night of a stay costs, for each homestay, in their order. @throws BAD_USER_INPUT */
export async function listNightPrices(
  needs: ListNightPricesNeeds,
  homestays: readonly Homestay[],
  stay: Stay,
): Promise<NightPrice[][]> {
  if (!isPriceable(stay))
    throw clientError('BAD_USER_INPUT', `Ask for 1 to ${maxPricedNights} nights.`);
  const ids = homestays.map(({ id }) => id);
  const own = ownPricesOf(await needs.ownNightPrices(ids, stay));
  const nights = nightsOf(stay);
  return homestays.map((homestay) => nightPrices(homestay, nights, own.get(homestay.id)));
}
