import { isDeepStrictEqual } from 'node:util';
import type { AnyBulkWriteOperation, ClientSession, Collection } from 'mongodb';
import type { Database } from '../../../runtime/mongo.ts';
import type { CommentRow, HomestayRow, RecordKind, ShopRow } from '../domain/catalogue.ts';
import { isBookable } from '../domain/homestay.ts';
import {
  type Collections,
  collectionsOf,
  ensureIndexes,
  type HomestayDocument,
  searchTextOf,
} from './collections.ts';

export type Written = {
  added: number;
  changed: number;
  unchanged: number;
  /** Rows that refer to what does not exist, by id: why each was left out. */
  refused: Map<string, string>;
};

/** Rows of every kind, each id once in its kind. */
export type CatalogueRows = {
  shop: readonly ShopRow[];
  homestay: readonly HomestayRow[];
  comment: readonly CommentRow[];
};

/**
 * The only writer of shops, homestays and comments. It keeps with them, in the same transaction, what follows from them:
 * whether a homestay is bookable, and its rating. `$lookup` could tell both at each reading, but then no list could be
 * read in order from an index.
 */
export type CatalogueWriter = {
  /** Writes rows, at best some hundred, all or none; those that say nothing new are left alone. */
  write(rows: Partial<CatalogueRows>, now?: Date): Promise<Record<RecordKind, Written>>;
  isEmpty(): Promise<boolean>;
};

export async function openCatalogueWriter({ db, transaction }: Database): Promise<CatalogueWriter> {
  const collections = collectionsOf(db);
  await ensureIndexes(collections);
  return {
    // What others refer to comes first.
    write: ({ shop = [], homestay = [], comment = [] }, now = new Date()) =>
      transaction(async (session) => ({
        shop: await writeShops(collections, shop, session),
        homestay: await writeHomestays(collections, homestay, now, session),
        comment: await writeComments(collections, comment, session),
      })),
    isEmpty: async () =>
      (await collections.homestays.findOne({}, { projection: { _id: 1 } })) === null,
  };
}

async function writeShops(
  { shops, homestays }: Collections,
  rows: readonly ShopRow[],
  session: ClientSession,
) {
  const known = await byId(shops, idsOf(rows), session);
  const documents = rows.map(({ id, ...row }) => ({ _id: id, ...row }));
  const written = await writeChanged(shops, documents, known, session);
  for (const open of [true, false]) {
    const turned = documents.filter(
      (shop) => shop.open === open && known.get(shop._id)?.open === !open,
    );
    if (turned.length === 0) continue;
    const ofThem = { shopId: { $in: turned.map(({ _id }) => _id) } };
    await homestays.updateMany(ofThem, [{ $set: { bookable: open ? '$onShelf' : false } }], {
      session,
    });
  }
  return written;
}

async function writeHomestays(
  collections: Collections,
  rows: readonly HomestayRow[],
  now: Date,
  session: ClientSession,
) {
  const { shops, homestays } = collections;
  const shopById = await byId(shops, [...new Set(rows.map(({ shopId }) => shopId))], session);
  const known = await byId(homestays, idsOf(rows), session);
  const ratings = await ratingsOf(collections, idsOf(rows), session);
  const refused = new Map<string, string>();
  const documents = rows.flatMap(({ id, ...row }): HomestayDocument[] => {
    const shop = shopById.get(row.shopId);
    if (!shop) {
      refused.set(id, `shopId: there is no shop ${row.shopId}`);
      return [];
    }
    return [
      {
        _id: id,
        ...row,
        arrivedAt: row.arrivedAt ?? known.get(id)?.arrivedAt ?? now,
        bookable: isBookable(row, shop),
        rating: ratings.get(id) ?? row.importedRating,
        searchText: searchTextOf(row),
      },
    ];
  });
  return { ...(await writeChanged(homestays, documents, known, session)), refused };
}

async function writeComments(
  collections: Collections,
  rows: readonly CommentRow[],
  session: ClientSession,
) {
  const { homestays, comments } = collections;
  const existing = await byId(
    homestays,
    [...new Set(rows.map(({ homestayId }) => homestayId))],
    session,
  );
  const known = await byId(comments, idsOf(rows), session);
  const refused = new Map<string, string>();
  for (const { id, homestayId } of rows) {
    if (!existing.has(homestayId))
      refused.set(id, `homestayId: there is no homestay ${homestayId}`);
  }
  const documents = rows.flatMap(({ id, ...row }) =>
    refused.has(id) ? [] : [{ _id: id, ...row }],
  );
  const written = await writeChanged(comments, documents, known, session);
  // A comment that moved leaves its former homestay with another average too.
  const touched = new Set(
    documents.flatMap(({ _id, homestayId }) => [
      homestayId,
      known.get(_id)?.homestayId ?? homestayId,
    ]),
  );
  await rate(collections, [...touched], session);
  return { ...written, refused };
}

/** Brings the ratings of homestays in line with their comments. */
async function rate(
  collections: Collections,
  ids: string[],
  session: ClientSession,
): Promise<void> {
  const { homestays } = collections;
  const ratings = await ratingsOf(collections, ids, session);
  const operations = [...(await byId(homestays, ids, session)).values()].flatMap(
    ({ _id, rating, importedRating }) => {
      const now = ratings.get(_id) ?? importedRating;
      return now === rating
        ? []
        : [{ updateOne: { filter: { _id }, update: { $set: { rating: now } } } }];
    },
  );
  if (operations.length > 0) await homestays.bulkWrite(operations, { session, ordered: false });
}

async function ratingsOf({ comments }: Collections, homestayIds: string[], session: ClientSession) {
  if (homestayIds.length === 0) return new Map<string, number>();
  const averages = comments.aggregate<{ _id: string; rating: number }>(
    [
      { $match: { homestayId: { $in: homestayIds } } },
      { $group: { _id: '$homestayId', rating: { $avg: '$stars' } } },
    ],
    { session },
  );
  return new Map((await averages.toArray()).map(({ _id, rating }) => [_id, rating]));
}

const idsOf = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id);

async function byId<D extends { _id: string }>(
  collection: Collection<D>,
  ids: string[],
  session: ClientSession,
) {
  if (ids.length === 0) return new Map<string, D>();
  const documents = await collection.find({ _id: { $in: ids } } as never, { session }).toArray();
  return new Map(documents.map((document) => [document._id as string, document as D]));
}

async function writeChanged<D extends { _id: string }>(
  collection: Collection<D>,
  documents: D[],
  known: Map<string, D>,
  session: ClientSession,
): Promise<Written> {
  const added = documents.filter(({ _id }) => !known.has(_id));
  const changed = documents.filter(({ _id, ...row }) => {
    const { _id: _same, ...before } = known.get(_id) ?? { _id };
    return known.has(_id) && !isDeepStrictEqual(before, row);
  });
  const operations = [
    ...added.map((document) => ({ insertOne: { document } })),
    ...changed.map((document) => ({
      replaceOne: { filter: { _id: document._id }, replacement: document },
    })),
  ] as AnyBulkWriteOperation<D>[];
  if (operations.length > 0) await collection.bulkWrite(operations, { session, ordered: false });
  const unchanged = documents.length - added.length - changed.length;
  return { added: added.length, changed: changed.length, unchanged, refused: new Map() };
}
