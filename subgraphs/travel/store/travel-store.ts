import type { Database } from '../../../runtime/mongo.ts';
import { collectionsOf, ensureIndexes } from './collections.ts';
import { type CommentStore, commentStore } from './comments.ts';
import { type HomestayStore, homestayStore } from './homestays.ts';
import { type ShopStore, shopStore } from './shops.ts';

/** What travel keeps, by collection. */
export type TravelStore = { shops: ShopStore; homestays: HomestayStore; comments: CommentStore };

/** Opens travel's collections, with their indexes. */
export async function openTravelStore({ db }: Pick<Database, 'db'>): Promise<TravelStore> {
  const collections = collectionsOf(db);
  await ensureIndexes(collections);
  return {
    shops: shopStore(collections),
    homestays: homestayStore(collections),
    comments: commentStore(collections),
  };
}
