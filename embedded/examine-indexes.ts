import { type Db, type IndexDescription, MongoServerError } from 'mongodb';
import { declaredIndexes } from '../runtime/migrations/declared-indexes.ts';
import { findMigrations } from '../runtime/migrations/find.ts';
import { identityOf } from '../runtime/migrations/target.ts';
import type { ServiceName } from '../runtime/services.ts';
import type { Finding } from './finding.ts';

/** Whether a database has the indexes that its service's migrations have made. */
export async function ofIndexes(db: Db, name: ServiceName): Promise<Finding[]> {
  const declared = await declaredIndexes(await findMigrations(name));
  const missing: Finding[] = [];
  for (const [collection, indexes] of declared) {
    const there = new Set((await indexesOf(db, collection)).map(identityOf));
    for (const index of indexes)
      if (!there.has(identityOf(index))) missing.push(ofMissing(db, collection, index));
  }
  return missing.length > 0 ? missing : [{ what: `the database of ${name} has all its indexes` }];
}

/** Migrations run once, so they would not make it again. */
function ofMissing(db: Db, collection: string, { key, ...options }: IndexDescription): Finding {
  const call = `createIndex(${JSON.stringify(key)}, ${JSON.stringify(options)})`;
  return {
    what: `${db.databaseName}.${collection} lacks the index ${JSON.stringify(key)}`,
    todo: `In mongosh: db.getSiblingDB('${db.databaseName}').${collection}.${call}`,
  };
}

const noSuchCollection = 26;

const indexesOf = (db: Db, collection: string): Promise<IndexDescription[]> =>
  db
    .collection(collection)
    .listIndexes()
    .toArray()
    .catch((error) => {
      if (error instanceof MongoServerError && error.code === noSuchCollection) return [];
      throw error;
    });
