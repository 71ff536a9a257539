import type { Collection, Db } from 'mongodb';
import type { Homestay } from '../domain/homestay.ts';
import type { HomestayComment } from '../domain/homestay-comment.ts';
import { foldText } from '../domain/homestay-filter.ts';
import type { HomestayShop } from '../domain/homestay-shop.ts';

type Document<Entity extends { id: string }> = Omit<Entity, 'id'> & { _id: string };

export type ShopDocument = Document<HomestayShop>;
export type CommentDocument = Document<HomestayComment>;
export type HomestayDocument = Document<Homestay> & {
  /** What `filter.text` is looked for in: see `searchTextOf`. */
  searchText: string;
  /** Average stars that the source of an import gave; holds until we have comments of our own. */
  importedRating: number | null;
};

export type Collections = {
  shops: Collection<ShopDocument>;
  homestays: Collection<HomestayDocument>;
  comments: Collection<CommentDocument>;
};

export const collectionsOf = (db: Db): Collections => ({
  shops: db.collection('shops'),
  homestays: db.collection('homestays'),
  comments: db.collection('comments'),
});

/** Makes the indexes that the lists are read by, where they are not there yet. */
export async function ensureIndexes({ shops, homestays, comments }: Collections): Promise<void> {
  await shops.createIndex({ open: 1, _id: 1 });
  await homestays.createIndexes([
    { key: { bookable: 1, _id: 1 } },
    { key: { shopId: 1, bookable: 1, _id: 1 } },
    { key: { bookable: 1, arrivedAt: -1, _id: -1 } },
    { key: { bookable: 1, preferred: 1, rating: -1, _id: 1 } },
  ]);
  await comments.createIndex({ homestayId: 1, createdAt: -1, _id: -1 });
}

/** The entity a document holds, without what only the store knows. */
export function entityOf(document: ShopDocument): HomestayShop;
export function entityOf(document: CommentDocument): HomestayComment;
export function entityOf({ _id, ...rest }: ShopDocument | CommentDocument) {
  return { id: _id, ...rest };
}

export const homestayOf = ({
  _id,
  searchText,
  importedRating,
  ...rest
}: HomestayDocument): Homestay => ({
  id: _id,
  ...rest,
});

/** One field holds everything that is searched, folded once when written rather than at each search. */
export const searchTextOf = (
  homestay: Pick<Homestay, 'title' | 'subTitle' | 'city' | 'neighbourhood'>,
): string =>
  foldText(
    [homestay.title, homestay.subTitle, homestay.city, homestay.neighbourhood ?? ''].join('\n'),
  );
