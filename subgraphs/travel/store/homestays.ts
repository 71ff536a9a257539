import type { Filter } from 'mongodb';
import type { Homestay } from '../domain/homestay.ts';
import { type HomestayFilter, wordsOf } from '../domain/homestay-filter.ts';
import { type Collections, type HomestayDocument, homestayOf } from './collections.ts';
import { listsByParent } from './lists-by-parent.ts';

/** Where a list by id goes on, and how far. */
export type Slice = { after: string | null; limit: number };

export type HomestayStore = ReturnType<typeof homestayStore>;

export const homestayStore = ({ shops, homestays }: Collections) => ({
  /** Those of `ids` that exist, bookable or not, in any order. */
  byIds: async (ids: readonly string[]): Promise<Homestay[]> =>
    (await homestays.find({ _id: { $in: [...ids] } }).toArray()).map(homestayOf),
  /** Bookable homestays that satisfy the filter, by id. Its `free` is not looked at: nights are the order service's. */
  bookable: async (filter: HomestayFilter, { after, limit }: Slice): Promise<Homestay[]> =>
    (
      await homestays.find(bookableAfter(filter, after)).sort({ _id: 1 }).limit(limit).toArray()
    ).map(homestayOf),
  /** The same, of which only the ids. */
  bookableIds: async (filter: HomestayFilter, { after, limit }: Slice): Promise<string[]> => {
    const projection = { _id: 1 };
    const found = homestays
      .find(bookableAfter(filter, after), { projection })
      .sort({ _id: 1 })
      .limit(limit);
    return (await found.toArray()).map(({ _id }) => _id);
  },
  /** Bookable and recommended, best rated first. */
  preferred: async (limit: number): Promise<Homestay[]> => {
    const found = homestays
      .find({ bookable: true, preferred: true })
      .sort({ rating: -1, _id: 1 })
      .limit(limit);
    return (await found.toArray()).map(homestayOf);
  },
  /** Bookable, latest arrivals first. */
  newest: async (limit: number): Promise<Homestay[]> => {
    const found = homestays.find({ bookable: true }).sort({ arrivedAt: -1, _id: -1 }).limit(limit);
    return (await found.toArray()).map(homestayOf);
  },
  /** The bookable homestays of each shop, by id. */
  bookableByShop: async (
    shopIds: readonly string[],
    { after, limit }: Slice,
  ): Promise<Map<string, Homestay[]>> => {
    const lists = await listsByParent<HomestayDocument>(shops, shopIds, {
      from: homestays.collectionName,
      foreignField: 'shopId',
      match: bookableAfter({}, after),
      sort: { _id: 1 },
      limit,
    });
    return new Map([...lists].map(([id, list]) => [id, list.map(homestayOf)]));
  },
});

function bookableAfter(filter: HomestayFilter, after: string | null): Filter<HomestayDocument> {
  const { guests, minPrice, maxPrice, food, text } = filter;
  const conditions: Filter<HomestayDocument>[] = [{ bookable: true }];
  if (after !== null) conditions.push({ _id: { $gt: after } });
  if (guests != null) conditions.push({ capacity: { $gte: guests } });
  if (minPrice != null) conditions.push({ 'price.amount': { $gte: minPrice } });
  if (maxPrice != null) conditions.push({ 'price.amount': { $lte: maxPrice } });
  if (food != null) conditions.push({ foodPrice: food ? { $ne: null } : null });
  if (text != null) conditions.push(...wordsOf(text).map(containing));
  return { $and: conditions };
}

/** Compared as plain text, so that nothing in a user's word has a meaning of its own. */
const containing = (word: string): Filter<HomestayDocument> => ({
  $expr: { $gte: [{ $indexOfCP: ['$searchText', { $literal: word }] }, 0] },
});
