import type { ClientSession } from 'mongodb';
import { ranksOf } from '../domain/homestay-search.ts';
import type { CatalogueCollections } from './catalogue-collections.ts';

/** The average stars of these homestays' comments. A homestay without comments is left out. */
export async function ratingsOf(
  { comments }: CatalogueCollections,
  homestayIds: readonly string[],
  session: ClientSession,
): Promise<Map<string, number>> {
  if (homestayIds.length === 0) return new Map();
  const averages = comments.aggregate<{ _id: string; rating: number }>(
    [
      { $match: { homestayId: { $in: homestayIds } } },
      { $group: { _id: '$homestayId', rating: { $avg: '$stars' } } },
    ],
    { session },
  );
  return new Map((await averages.toArray()).map(({ _id, rating }) => [_id, rating]));
}

/** Brings the ratings of homestays in line with their comments. */
export async function updateRatings(
  collections: CatalogueCollections,
  ids: readonly string[],
  session: ClientSession,
): Promise<void> {
  const { homestays } = collections;
  const ratings = await ratingsOf(collections, ids, session);
  const stored = await homestays.find({ _id: { $in: [...ids] } }, { session }).toArray();
  const operations = stored.flatMap(({ _id, rating: before, importedRating, preferred }) => {
    const rating = ratings.get(_id) ?? importedRating;
    if (rating === before) return [];
    const update = { $set: { rating, ...ranksOf({ preferred, rating }) } };
    return [{ updateOne: { filter: { _id }, update } }];
  });
  if (operations.length > 0) await homestays.bulkWrite(operations, { session, ordered: false });
}
