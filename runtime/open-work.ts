import type { Collection, Document, Filter } from 'mongodb';
import type { OpenWork } from './database-gauges.ts';

const mostCounted = 10_000;

/**
 * Counts documents with work left, and finds since when the oldest waits.
 * @param since the field that says since when
 */
export async function openWorkIn<Doc extends Document>(
  collection: Collection<Doc>,
  filter: Filter<Doc>,
  since: string,
): Promise<OpenWork> {
  const [count, oldest] = await Promise.all([
    collection.countDocuments(filter, { limit: mostCounted }),
    collection
      .find(filter)
      .sort({ [since]: 1 })
      .limit(1)
      .project({ since: `$${since}`, _id: 0 })
      .next(),
  ]);
  return { count, oldest: (oldest?.since as Date | undefined) ?? null };
}
