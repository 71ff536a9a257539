import { clientError } from '../../../runtime/errors.ts';
import type { Homestay } from '../domain/homestay.ts';
import {
  type HomestayFilter,
  type HomestaySort,
  homestaySorts,
  isByPrice,
  type Position,
} from '../domain/homestay-search.ts';
import type { Money } from '../domain/money.ts';
import { isPriceable, maxPricedNights, ownPricesOf } from '../domain/night-prices.ts';
import type { Stay } from '../domain/stay.ts';
import { isWithin, type Priced, partyOf, totalOf } from '../domain/stay-price.ts';
import type { ListNightPricesNeeds } from './list-night-prices.ts';

/** What the stay of a search costs at each of these homestays, for all guests. */
export async function stayTotals<H extends Priced>(
  needs: ListNightPricesNeeds,
  homestays: readonly H[],
  search: Pick<HomestayFilter, 'stay' | 'guests'>,
): Promise<{ homestay: H; total: number }[]> {
  const { stay } = search;
  const ids = homestays.map(({ id }) => id);
  const own = ownPricesOf(stay && ids.length > 0 ? await needs.ownNightPrices(ids, stay) : []);
  const party = partyOf(search);
  return homestays.map((homestay) => ({ homestay, total: totalOf(homestay, party, own) }));
}

/**
 * What a stay costs at each of these homestays, in their order. @throws BAD_USER_INPUT where it has
 * no nights, or more than may be asked for
 */
export async function listStayTotals(
  needs: ListNightPricesNeeds,
  homestays: readonly Homestay[],
  search: { stay: Stay; guests: number },
): Promise<Money[]> {
  if (!isPriceable(search.stay))
    throw clientError('BAD_USER_INPUT', `A stay has 1 to ${maxPricedNights} nights.`);
  return (await stayTotals(needs, homestays, search)).map(({ homestay: { price }, total }) => ({
    amount: total,
    currency: price.currency,
  }));
}

/** The homestays among these whose price for the stay is within the bounds of a search. */
export async function pricedWithin<H extends Priced>(
  needs: ListNightPricesNeeds,
  homestays: readonly H[],
  filter: HomestayFilter,
): Promise<H[]> {
  const { price } = filter;
  if (!price || (price.min == null && price.max == null)) return [...homestays];
  const party = partyOf(filter);
  return (await stayTotals(needs, homestays, filter))
    .filter(({ total }) => isWithin(total, party, price))
    .map(({ homestay }) => homestay);
}

/** A homestay that a search by price finds, as much of it as the search needs. */
export type PricedHomestay = Priced & Pick<Homestay, 'timeZone'>;

export type OrderByPriceNeeds = ListNightPricesNeeds & {
  countListed(filter: HomestayFilter, limit: number): Promise<number>;
  pricedHomestays(filter: HomestayFilter, limit: number): Promise<PricedHomestay[]>;
};

/** At most so many are ordered by what the stay costs; more are ordered by their usual price. */
const mostOrdered = 5_000;

/** A homestay with its place in the order. */
export type Ordered = PricedHomestay & { position: Position };

/**
 * Every homestay of a search in the order of what the stay costs, from a position on. Null if they
 * are too many, or if their usual prices are that order.
 */
export async function orderedByPrice(
  needs: OrderByPriceNeeds,
  filter: HomestayFilter,
  sort: HomestaySort,
  after: Position | null,
): Promise<Ordered[] | null> {
  const isUsual = !filter.stay && (filter.guests ?? 1) === 1;
  if (!isByPrice(sort) || isUsual) return null;
  const candidates = withoutBounds(filter);
  if ((await needs.countListed(candidates, mostOrdered + 1)) > mostOrdered) return null;
  const found = await needs.pricedHomestays(candidates, mostOrdered);
  const party = partyOf(filter);
  const { price } = filter;
  const { direction } = homestaySorts[sort];
  const ordered = (await stayTotals(needs, found, filter))
    .filter(({ total }) => !price || isWithin(total, party, price))
    .map(({ homestay, total }) => ({ ...homestay, position: { value: total, id: homestay.id } }));
  const compare = (a: Position, b: Position) =>
    direction * (a.value - b.value) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
  return ordered
    .filter(({ position }) => !after || compare(position, after) > 0)
    .sort((a, b) => compare(a.position, b.position));
}

/**
 * The filter that candidates are read by. With a stay it allows any price in the currency, because
 * what the nights cost is compared afterwards.
 */
export const withoutBounds = (filter: HomestayFilter): HomestayFilter =>
  filter.price && filter.stay ? { ...filter, price: { currency: filter.price.currency } } : filter;
