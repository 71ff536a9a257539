import type { Db } from 'mongodb';
import { inBatches } from '../../../runtime/batches.ts';
import type { Homestay } from '../domain/homestay.ts';
import type { HomestayFilter, HomestaySort, Position } from '../domain/homestay-search.ts';
import type { OwnNightPrice } from '../domain/night-prices.ts';
import type { CityCount, PriceCount } from '../domain/search-counts.ts';
import type { Stay } from '../domain/stay.ts';
import { type HomestayDocument, homestayCollection, toHomestay } from './homestay-document.ts';
import { byCity, byPrice, following, matching, sortOf } from './homestay-query.ts';
import { listsByParent } from './lists-by-parent.ts';
import { type ShopDocument, toShop } from './shops.ts';

/** What is looked for, and from where on. */
export type ListQuestion = {
  filter: HomestayFilter;
  sort: HomestaySort;
  after: Position | null;
  limit: number;
};

/** What is read of a homestay's shop and prices together with it. */
type LookedUp = { shops: ShopDocument[]; nightPrices: OwnNightPrice[] };

const lookedUp = {
  shops: { from: 'shops', localField: 'shopId', foreignField: '_id', as: 'shops' },
  nightPrices: {
    from: 'nightPrices',
    localField: '_id',
    foreignField: 'homestayId',
    as: 'nightPrices',
  },
};
const withoutKey = { $project: { _id: 0 } };
/** What lists are found by is half of a document, and no part of a homestay. */
const withoutDerived = { words: 0, amenityKeys: 0, cityKey: 0, location: 0 } as const;

/** So many requests read together, and a slow read holds up others no longer than this. */
const together = { most: 32, patienceMs: 20 };

export type HomestayStore = ReturnType<typeof openHomestays>;

/** The homestays. What changes their shops or comments too is written by the catalogue's writer. */
export function openHomestays(db: Db) {
  const homestays = homestayCollection(db);
  const readTogether = async (asked: readonly (readonly string[])[]): Promise<Homestay[][]> => {
    const ids = [...new Set(asked.flat())];
    const read = await homestays.find({ _id: { $in: ids } }).toArray();
    const found = new Map(read.map((document) => [document._id, toHomestay(document)]));
    return asked.map((some) => [...new Set(some)].flatMap((id) => found.get(id) ?? []));
  };
  return {
    /**
     * The homestays with these ids, bookable or not, in any order. Requests that come while others
     * are read wait for that, and then cost one command: they are the same for all who ask.
     */
    homestaysByIds: inBatches({ ...together, run: readTogether }),

    /**
     * The homestays with these ids, each with its shop and the nights of a stay that have prices of
     * their own, by one command.
     */
    homestaysToOrder: async (ids: readonly string[], { checkIn, checkOut }: Stay) => {
      const { nightPrices, shops } = lookedUp;
      const inStay = [{ $match: { night: { $gte: checkIn, $lt: checkOut } } }, withoutKey];
      const found = homestays.aggregate<HomestayDocument & LookedUp>([
        { $match: { _id: { $in: [...ids] } } },
        { $lookup: shops },
        { $lookup: { ...nightPrices, pipeline: inStay } },
      ]);
      return (await found.toArray()).map(({ shops: [shop], nightPrices: own, ...document }) => ({
        homestay: toHomestay(document),
        shop: shop ? toShop(shop) : null,
        ownNightPrices: own,
      }));
    },

    /**
     * Bookable homestays that satisfy a filter. Its `stay` counts nights, but does not look whether
     * they are free.
     */
    listedHomestays: async ({ filter, sort, after, limit }: ListQuestion): Promise<Homestay[]> => {
      const parts = following(filter, sort, after).map((part) =>
        homestays
          .find(part)
          .project<HomestayDocument>(withoutDerived)
          .sort(sortOf(sort))
          .limit(limit)
          .toArray(),
      );
      return (await Promise.all(parts)).flat().slice(0, limit).map(toHomestay);
    },

    /** What a search by price needs to know of the homestays that satisfy a filter. */
    pricedHomestays: async (filter: HomestayFilter, limit: number) =>
      (
        await homestays
          .find(matching(filter))
          .project<Pick<HomestayDocument, '_id' | 'price' | 'soldPerPerson' | 'timeZone'>>({
            price: 1,
            soldPerPerson: 1,
            timeZone: 1,
          })
          .limit(limit)
          .toArray()
      ).map(({ _id: id, ...rest }) => ({ id, ...rest })),

    /** How many they are, counted up to `limit`. */
    countListed: (filter: HomestayFilter, limit: number): Promise<number> =>
      homestays.countDocuments(matching(filter), { limit }),

    /**
     * How they spread over cities, and over currencies and prices.
     * @param limit how many are looked at, at most
     * @param rungs where ranges of prices begin, in minor units; the first is 0
     */
    async listedFacets(
      filter: HomestayFilter,
      limit: number,
      rungs: readonly number[],
    ): Promise<{ cities: CityCount[]; prices: PriceCount[] }> {
      const [cities, prices] = await Promise.all([
        homestays.aggregate<CityCount>(byCity(filter, limit)).toArray(),
        homestays.aggregate<PriceCount>(byPrice(filter, limit, rungs)).toArray(),
      ]);
      return { cities, prices };
    },

    /** The homestays of each shop, by id: those that can be booked, or all. */
    homestaysByShop: async (
      shopIds: readonly string[],
      { after, limit, all }: { after: string | null; limit: number; all: boolean },
    ): Promise<Map<string, Homestay[]>> => {
      const lists = await listsByParent<HomestayDocument>(db.collection('shops'), shopIds, {
        from: homestays.collectionName,
        foreignField: 'shopId',
        match: {
          ...(all ? {} : { bookable: true }),
          ...(after === null ? {} : { _id: { $gt: after } }),
        },
        sort: { _id: 1 },
        limit,
      });
      return new Map([...lists].map(([id, list]) => [id, list.map(toHomestay)]));
    },
  };
}
