import { clientError } from '../../../runtime/errors.ts';
import type { Homestay } from '../domain/homestay.ts';
import type { Money } from '../domain/money.ts';
import { maxPricedNights, type NightPrice, nightPrices } from '../domain/night-prices.ts';
import { nightCount, nightsOf, type Stay } from '../domain/stay.ts';

export type ListNightPricesNeeds = {
  ownNightPrices(
    homestayIds: readonly string[],
    stay: Stay,
  ): Promise<{ homestayId: string; night: string; price: Money }[]>;
};

/** What each night of a stay costs, for each homestay, in their order. @throws BAD_USER_INPUT */
export async function listNightPrices(
  needs: ListNightPricesNeeds,
  homestays: readonly Homestay[],
  stay: Stay,
): Promise<NightPrice[][]> {
  const count = nightCount(stay);
  if (count < 1 || count > maxPricedNights)
    throw clientError('BAD_USER_INPUT', `Ask for 1 to ${maxPricedNights} nights.`);
  const own = new Map<string, Map<string, Money>>(homestays.map(({ id }) => [id, new Map()]));
  for (const { homestayId, night, price } of await needs.ownNightPrices([...own.keys()], stay))
    own.get(homestayId)?.set(night, price);
  const nights = nightsOf(stay);
  return homestays.map((homestay) => nightPrices(homestay, nights, own.get(homestay.id) as never));
}
