import type { Collection, Db } from 'mongodb';
import type { Money } from '../domain/money.ts';
import type { OwnNightPrice } from '../domain/night-prices.ts';
import type { Stay } from '../domain/stay.ts';

/**
 * The price of one night of one homestay, if it differs from the others. Its key is made of both.
 */
type NightPriceDocument = OwnNightPrice & { _id: string };

/** Prices of single nights. */
export function openNightPrices(db: Db) {
  const prices: Collection<NightPriceDocument> = db.collection('nightPrices');
  const keyOf = (homestayId: string, night: string) => `${homestayId}/${night}`;
  return {
    /** Gives these nights a price, or takes their own prices away if it is null. */
    async setNightPrices(homestayId: string, nights: readonly string[], price: Money | null) {
      await prices.bulkWrite(
        nights.map((night) => {
          const filter = { _id: keyOf(homestayId, night) };
          if (price === null) return { deleteOne: { filter } };
          return {
            replaceOne: { filter, replacement: { homestayId, night, price }, upsert: true },
          };
        }),
        { ordered: false },
      );
    },

    /** The nights of a stay that have prices of their own, of all these homestays. */
    ownNightPrices: (
      homestayIds: readonly string[],
      { checkIn, checkOut }: Stay,
    ): Promise<OwnNightPrice[]> =>
      prices
        .find({ homestayId: { $in: [...homestayIds] }, night: { $gte: checkIn, $lt: checkOut } })
        .project<OwnNightPrice>({ _id: 0 })
        .toArray(),
  };
}
