import type { Collection, Db } from 'mongodb';
import { always, type DocumentOf, documentDoor } from '../../../runtime/document-door.ts';
import type { HomestayShop } from '../domain/homestay-shop.ts';

/** A shop as it is stored. */
export type ShopDocument = DocumentOf<HomestayShop, 'id'>;

export const shopCollection = (db: Db): Collection<ShopDocument> =>
  db.collection<ShopDocument>('shops');

const door = documentDoor<HomestayShop, 'id'>({
  key: 'id',
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
