import type { Collection, Db } from 'mongodb';
import { always, type DocumentOf, documentDoor } from '../../../runtime/document-door.ts';
import type { HomestayShop } from '../domain/homestay-shop.ts';

/**
 * How often a host has changed it or one of its homestays: what conflicts must write the same
 * field.
 */
type Inner = { changes?: number };

/** A shop as it is stored. */
export type ShopDocument = DocumentOf<HomestayShop, 'id', Inner>;

export const shopCollection = (db: Db): Collection<ShopDocument> =>
  db.collection<ShopDocument>('shops');

const door = documentDoor<HomestayShop, 'id', Inner>({
  key: 'id',
  inner: ['changes'],
  fields: { name: always, info: always, hostId: always, open: always },
});

export const toShop = door.fromDocument;
export const toShopDocument = door.toDocument;

/** The shops. */
export function openShops(db: Db) {
  const shops = shopCollection(db);
  return {
    /** The shops with these ids, in any order. */
    shopsByIds: async (ids: readonly string[]): Promise<HomestayShop[]> =>
      (await shops.find({ _id: { $in: [...ids] } }).toArray()).map(toShop),

    /** A host's shops by id, open or not, from the one after `after`. */
    async shopsOfHost(
      hostId: string,
      { after, limit }: { after: string | null; limit: number },
    ): Promise<HomestayShop[]> {
      const found = shops
        .find({ hostId, ...(after === null ? {} : { _id: { $gt: after } }) })
        .sort({ _id: 1 })
        .limit(limit);
      return (await found.toArray()).map(toShop);
    },

    /** Open shops by id, from the one after `after`. */
    async openShops({ after, limit }: { after: string | null; limit: number }) {
      const found = shops
        .find({ open: true, ...(after === null ? {} : { _id: { $gt: after } }) })
        .sort({ _id: 1 })
        .limit(limit);
      return (await found.toArray()).map(toShop);
    },
  };
}
