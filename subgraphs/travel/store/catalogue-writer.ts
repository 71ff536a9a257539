import { isDeepStrictEqual } from 'node:util';
import type { AnyBulkWriteOperation, ClientSession, Collection } from 'mongodb';
import type { Database } from '../../../runtime/mongo.ts';
import type { CommentRow, HomestayRow, RecordKind, ShopRow } from '../domain/catalogue.ts';
import { isBookable } from '../domain/homestay.ts';
import type { HostNotices } from '../domain/homestay-shop.ts';
import { type CatalogueCollections, catalogueCollections } from './catalogue-collections.ts';
import { toCommentDocument } from './comments.ts';
import { type HomestayDocument, toHomestayDocument } from './homestay-document.ts';
import { ratingsOf, updateRatings } from './ratings.ts';
import { toShopDocument } from './shops.ts';

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
 * Writes what an import reads. It stores with each homestay, in the same transaction, what follows
 * from other documents: whether it is bookable, and its rating. A `$lookup` could compute both at
 * each read, but then no list could be read in order from an index.
 */
export type CatalogueWriter = {
  /**
   * Writes rows, best a few hundred at a time, all or none. Rows that change nothing are not
   * written.
   */
  write(rows: Partial<CatalogueRows>, now?: Date): Promise<Record<RecordKind, Written>>;
  isEmpty(): Promise<boolean>;
};

export function openCatalogueWriter({ db, transaction }: Database): CatalogueWriter {
  const collections = catalogueCollections(db);
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
  { shops, homestays }: CatalogueCollections,
  rows: readonly ShopRow[],
  session: ClientSession,
) {
  const known = await byId(shops, idsOf(rows), session);
  const documents = rows.map((row) => toShopDocument(row));
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
  collections: CatalogueCollections,
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
    const { importedRating, ...facts } = row;
    const homestay = {
      id,
      ...facts,
      arrivedAt: row.arrivedAt ?? known.get(id)?.arrivedAt ?? now,
      bookable: isBookable(row, shop),
      rating: ratings.get(id) ?? importedRating,
    };
    return [toHomestayDocument(homestay, importedRating)];
  });
  return { ...(await writeChanged(homestays, documents, known, session)), refused };
}

async function writeComments(
  collections: CatalogueCollections,
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
  const documents = rows.flatMap((row) => (refused.has(row.id) ? [] : [toCommentDocument(row)]));
  const written = await writeChanged(comments, documents, known, session);
  // A comment that moved leaves its former homestay with another average too.
  const touched = new Set(
    documents.flatMap(({ _id, homestayId }) => [
      homestayId,
      known.get(_id)?.homestayId ?? homestayId,
    ]),
  );
  await updateRatings(collections, [...touched], session);
  return { ...written, refused };
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

/** What hosts and guests have done is no part of a catalogue, so an import keeps it. */
type Kept = { changes?: number; notices?: HostNotices };
const keptOf = ({ changes, notices }: Kept): Kept => ({
  ...(changes === undefined ? {} : { changes }),
  ...(notices === undefined ? {} : { notices }),
});

async function writeChanged<D extends { _id: string }>(
  collection: Collection<D>,
  documents: D[],
  known: Map<string, D>,
  session: ClientSession,
): Promise<Written> {
  const added = documents.filter(({ _id }) => !known.has(_id));
  const kept = documents.map((document) => ({
    ...document,
    ...keptOf((known.get(document._id) ?? {}) as Kept),
  }));
  const changed = kept.filter(({ _id, ...row }) => {
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
