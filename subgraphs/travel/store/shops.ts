import type { HomestayShop } from '../domain/homestay-shop.ts';
import { type Collections, entityOf } from './collections.ts';

export type ShopStore = ReturnType<typeof shopStore>;

export const shopStore = ({ shops }: Collections) => ({
  /** Those of `ids` that exist, in any order. */
  byIds: async (ids: readonly string[]): Promise<HomestayShop[]> => {
    const found = await shops.find({ _id: { $in: [...ids] } }).toArray();
    return found.map((shop) => entityOf(shop));
  },
  /** Open shops by id, from the one after `after`. */
  open: async ({
    after,
    limit,
  }: {
    after: string | null;
    limit: number;
  }): Promise<HomestayShop[]> => {
    const found = await shops
      .find({ open: true, ...(after === null ? {} : { _id: { $gt: after } }) })
      .sort({ _id: 1 })
      .limit(limit)
      .toArray();
    return found.map((shop) => entityOf(shop));
  },
});
