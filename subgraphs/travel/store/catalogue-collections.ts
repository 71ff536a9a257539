import type { Collection, Db } from 'mongodb';
import { type CommentDocument, commentCollection } from './comments.ts';
import { type HomestayDocument, homestayCollection } from './homestay-document.ts';
import { type ShopDocument, shopCollection } from './shops.ts';

/** The three collections that a change of the catalogue may touch in one transaction. */
export type CatalogueCollections = {
  shops: Collection<ShopDocument>;
  homestays: Collection<HomestayDocument>;
  comments: Collection<CommentDocument>;
};

export const catalogueCollections = (db: Db): CatalogueCollections => ({
  shops: shopCollection(db),
  homestays: homestayCollection(db),
  comments: commentCollection(db),
});
