import { readdirSync, readFileSync } from 'node:fs';
import { BSON, type Document, type IndexDescription } from 'mongodb';
import { openDatabase } from '../../runtime/mongo.ts';
import { databaseOwners, type ServiceName } from '../../runtime/services.ts';
import { testMongoUri } from '../database.ts';

/**
 * A release whose documents are kept here, one file for each service, as that release has written
 * them.
 */
export type StoredRelease = '2026-11';

type StoredCollection = { indexes: IndexDescription[]; documents: (Document & { _id: string })[] };

/** What a service of that release has stored, by collection. */
export const storedBy = (
  release: StoredRelease,
  service: ServiceName,
): Record<string, StoredCollection> =>
  BSON.EJSON.parse(readFileSync(new URL(`${release}/${service}.json`, import.meta.url), 'utf8'));

/** Makes databases that are as if that release had run on them. */
export async function insertStored(release: StoredRelease, prefix: string): Promise<void> {
  // A service that is newer has stored nothing then.
  const files = readdirSync(new URL(`${release}/`, import.meta.url));
  for (const service of databaseOwners.filter((name) => files.includes(`${name}.json`))) {
    const { db, stop } = await openDatabase(testMongoUri(), `${prefix}${service}`);
    for (const [name, { indexes, documents }] of Object.entries(storedBy(release, service))) {
      if (indexes.length > 0) await db.collection(name).createIndexes(indexes);
      if (documents.length > 0) await db.collection<{ _id: string }>(name).insertMany(documents);
    }
    await stop();
  }
}
