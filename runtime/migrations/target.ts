import { type Db, type Filter, type IndexDescription, MongoServerError } from 'mongodb';
import type { CollectionOptions, MigrationTarget, Stored, Update } from './migration.ts';

export type TargetOptions = {
  db: Db;
  /** Where an interrupted run has stopped, by the name of each of its updates. */
  positions: Record<string, string>;
  /**
   * Stores how far the documents of an update are done.
   * @throws if another process has taken over
   */
  reached(update: string, position: string): Promise<void>;
  /** Told what is being done now. */
  progress(doing: string): void;
  signal: AbortSignal;
};

const batchSize = 500;

/** What a migration is given to change a database with. */
export function migrationTarget(options: TargetOptions): MigrationTarget {
  const { db, positions, reached, progress, signal } = options;
  let updates = 0;
  return {
    db,
    async collection(name, { schema, indexes = [], unusedIndexes = [] }) {
      signal.throwIfAborted();
      await createOrChange(db, name, schema);
      const collection = db.collection(name);
      const existing = new Map(
        (await collection.indexes()).map((index) => [identityOf(index), index.name as string]),
      );
      const missing = indexes.filter((index) => !existing.has(identityOf(index)));
      if (missing.length > 0) {
        const count = await collection.estimatedDocumentCount();
        progress(`building ${missing.length} indexes of ${name}, ${count} documents`);
        await collection.createIndexes(missing);
      }
      for (const unused of unusedIndexes) {
        const existingName = existing.get(identityOf(unused));
        if (existingName) await collection.dropIndex(existingName);
      }
    },
    async updateEach(name, filter, update) {
      // Several updates of one collection each have a position of their own.
      updates += 1;
      const place = `${updates}-${name}`;
      const collection = db.collection<Stored>(name);
      const total = await collection.countDocuments(filter);
      let done = 0;
      for (let after = positions[place]; ; ) {
        signal.throwIfAborted();
        const rest = after === undefined ? filter : { $and: [filter, { _id: { $gt: after } }] };
        const batch = await collection.find(rest).sort({ _id: 1 }).limit(batchSize).toArray();
        const last = batch.at(-1);
        if (!last) return;
        const change = typeof update === 'function' ? update : () => update;
        await collection.bulkWrite(batch.map(updateOne(filter, change)), { ordered: false });
        after = last._id;
        done += batch.length;
        await reached(place, after);
        progress(`${done} of ${total} documents of ${name}`);
      }
    },
  };
}

/** Updates a document unless a process has meanwhile changed it so that it needs no update. */
const updateOne =
  (filter: Filter<Stored>, update: (document: Stored) => Update) => (document: Stored) => ({
    updateOne: { filter: { ...filter, _id: document._id }, update: update(document) },
  });

/** What makes two indexes the same. MongoDB refuses a second one of another name. */
export const identityOf = ({
  key,
  unique,
  sparse,
  partialFilterExpression,
}: IndexDescription): string =>
  JSON.stringify([key, unique ?? false, sparse ?? false, partialFilterExpression ?? null]);

const namespaceExists = 48;

/**
 * With `moderate`, a document from before the validator that breaks it can still be updated, so
 * that it can be mended.
 */
async function createOrChange(db: Db, name: string, schema: CollectionOptions['schema']) {
  const validation = schema
    ? { validator: { $jsonSchema: schema }, validationLevel: 'moderate' }
    : {};
  try {
    await db.createCollection(name, validation);
  } catch (error) {
    if (!(error instanceof MongoServerError && error.code === namespaceExists)) throw error;
  }
  // A server may take the creation of an existing collection for done, and keep its old validator.
  if (schema) await db.command({ collMod: name, ...validation });
}
