import type { Db, Document, Filter, IndexDescription, UpdateFilter } from 'mongodb';

/**
 * One change of what a service stores. It lies in a file `NNNN-what-it-does.ts` of the service's
 * `store/migrations/` and is run once. It may be interrupted and run again from its start, and
 * processes of the version before and after it work while it runs.
 */
export type Migration = {
  run(on: MigrationTarget): Promise<void>;
  /**
   * Processes that do not know this migration must not run on a database that has it. Rarely
   * needed: see docs.
   */
  refusesOlder?: boolean;
};

/**
 * The name of a migration's file, without its ending. Names sort in the order in which they run.
 */
export type NamedMigration = Migration & { name: string };

/** What a migration changes. */
export type MigrationTarget = {
  db: Db;
  /**
   * Creates a collection or changes its validator, builds the indexes that it lacks, and then drops
   * those that nothing uses any more.
   */
  collection(name: string, options: CollectionOptions): Promise<void>;
  /**
   * Updates the documents that a filter matches, in batches. The filter must no longer match an
   * updated document, and name no `_id`. Documents that processes of the version before insert
   * meanwhile may stay as they are: the door reads those too.
   * @param update an update, or a function that makes one from the document
   */
  updateEach(
    name: string,
    filter: Filter<Stored>,
    update: Update | ((document: Stored) => Update),
  ): Promise<void>;
};

/** A document as it is stored, in whatever version. */
export type Stored = Document & { _id: string };
export type Update = UpdateFilter<Stored> | Document[];

export type CollectionOptions = {
  /** What MongoDB checks in every document that is written. */
  schema?: Document;
  indexes?: IndexDescription[];
  unusedIndexes?: IndexDescription[];
};
