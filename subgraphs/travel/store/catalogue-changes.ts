import type { ClientSession } from 'mongodb';
import { type Database, isDuplicateKey } from '../../../runtime/mongo.ts';
import { isRefused, type Refused } from '../../../runtime/refusal.ts';
import type { Homestay } from '../domain/homestay.ts';
import type { HomestayComment } from '../domain/homestay-comment.ts';
import type { HomestayShop } from '../domain/homestay-shop.ts';
import { catalogueCollections } from './catalogue-collections.ts';
import { toComment, toCommentDocument } from './comments.ts';
import { toHomestay, toHomestayDocument } from './homestay-document.ts';
import { updateRatings } from './ratings.ts';
import { toShop, toShopDocument } from './shops.ts';

export type CatalogueChanges = ReturnType<typeof openCatalogueChanges>;

/**
 * Changes that hosts and guests make, one at a time. Each decides on what is stored, in the
 * transaction that writes: the decision may be made again after a write conflict.
 */
export function openCatalogueChanges(database: Database) {
  const collections = catalogueCollections(database.db);
  const { shops, homestays, comments } = collections;
  return {
    /**
     * Changes a homestay as `decide` says, or leaves it if that refuses. Null if there is none with
     * this id.
     */
    changeHomestay: <No extends Refused>(
      id: string,
      decide: (homestay: Homestay, shop: HomestayShop) => Homestay | No,
    ): Promise<Homestay | No | null> =>
      database.transaction(async (session) => {
        const stored = await homestays.findOne({ _id: id }, { session });
        const shop = stored && (await shops.findOne({ _id: stored.shopId }, { session }));
        if (!stored || !shop) return null;
        const decided: Homestay | No = decide(toHomestay(stored), toShop(shop));
        if (isRefused(decided)) return decided as No;
        const document = toHomestayDocument(decided as Homestay, stored.importedRating);
        // The shop is written too, so that it can't close or open meanwhile without a conflict.
        await shops.updateOne({ _id: shop._id }, { $inc: { changes: 1 } }, { session });
        await homestays.replaceOne({ _id: id }, document, { session });
        return decided;
      }),

    /**
     * Changes a shop, and with it which of its homestays are bookable. Null if there is none with
     * this id.
     */
    changeShop: <No extends Refused>(
      id: string,
      decide: (shop: HomestayShop) => HomestayShop | No,
    ): Promise<HomestayShop | No | null> =>
      database.transaction(async (session) => {
        const stored = await shops.findOne({ _id: id }, { session });
        if (!stored) return null;
        const decided: HomestayShop | No = decide(toShop(stored));
        if (isRefused(decided)) return decided as No;
        const shop = decided as HomestayShop;
        await shops.replaceOne({ _id: id }, toShopDocument(shop, changedOnce(stored)), { session });
        await homestays.updateMany(
          { shopId: id },
          [{ $set: { bookable: shop.open ? '$onShelf' : false } }],
          { session },
        );
        return shop;
      }),

    /**
     * Stores a comment and moves the rating of its homestay. Returns the earlier one if the stay
     * has one already.
     */
    async addComment(comment: HomestayComment): Promise<HomestayComment | null> {
      try {
        await database.transaction((session) => insert(comment, session));
        return null;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        const earlier = await comments.findOne({ _id: comment.id });
        return earlier && toComment(earlier);
      }
    },
  };

  async function insert(comment: HomestayComment, session: ClientSession): Promise<void> {
    await comments.insertOne(toCommentDocument(comment), { session });
    // Two comments at once meet here, so that each average is made of all comments before it.
    await homestays.updateOne({ _id: comment.homestayId }, { $inc: { changes: 1 } }, { session });
    await updateRatings(collections, [comment.homestayId], session);
  }
}

const changedOnce = ({ changes = 0 }: { changes?: number }) => ({ changes: changes + 1 });
