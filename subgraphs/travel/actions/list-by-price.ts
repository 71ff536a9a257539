import type { Homestay } from '../domain/homestay.ts';
import {
  type HomestayFilter,
  type HomestaySort,
  homestaySorts,
  type Position,
} from '../domain/homestay-search.ts';
import type { Stay } from '../domain/stay.ts';
import {
  isWithin,
  type OwnNightPrice,
  ownPricesOf,
  type Priced,
  partyOf,
  totalOf,
} from '../domain/stay-price.ts';

export type StayPriceNeeds = {
  /** The nights of a stay that have prices of their own, of all these homestays. */
  ownNightPrices(homestayIds: readonly string[], stay: Stay): Promise<OwnNightPrice[]>;
};

/** What the stay of a search costs at each of these homestays, for all guests. */
export async function stayTotals<H extends Priced>(
  needs: StayPriceNeeds,
  homestays: readonly H[],
  search: Pick<HomestayFilter, 'stay' | 'guests'>,
): Promise<{ homestay: H; total: number }[]> {
  const { stay } = search;
  const ids = homestays.map(({ id }) => id);
  const own = ownPricesOf(stay && ids.length > 0 ? await needs.ownNightPrices(ids, stay) : []);
  const party = partyOf(search);
  return homestays.map((homestay) => ({ homestay, total: totalOf(homestay, party, own) }));
}

/** Those of these homestays whose price for the stay of a search is what it allows. */
export async function pricedWithin<H extends Priced>(
  needs: StayPriceNeeds,
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

export type OrderByPriceNeeds = StayPriceNeeds & {
  countListed(filter: HomestayFilter, limit: number): Promise<number>;
  pricedHomestays(filter: HomestayFilter, limit: number): Promise<PricedHomestay[]>;
};

/** So many are put into an order by what the stay costs; more are listed by their usual price. */
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
  const { field, direction } = homestaySorts[sort];
  const isUsual = !filter.stay && (filter.guests ?? 1) === 1;
  if (field !== 'price.amount' || isUsual) return null;
  const candidates = withoutBounds(filter);
  if ((await needs.countListed(candidates, mostOrdered + 1)) > mostOrdered) return null;
  const found = await needs.pricedHomestays(candidates, mostOrdered);
  const party = partyOf(filter);
  const { price } = filter;
  const ordered = (await stayTotals(needs, found, filter))
    .filter(({ total }) => !price || isWithin(total, party, price))
    .map(({ homestay, total }) => ({ ...homestay, position: { value: total, id: homestay.id } }));
  const compare = (a: Position, b: Position) =>
    direction * (a.value - b.value) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
  return ordered
    .filter(({ position }) => !after || compare(position, after) > 0)
    .sort((a, b) => compare(a.position, b.position));
}

/** What is looked through where prices of single nights count: any amount, in the currency. */
export const withoutBounds = (filter: HomestayFilter): HomestayFilter =>
  filter.price && filter.stay ? { ...filter, price: { currency: filter.price.currency } } : filter;
