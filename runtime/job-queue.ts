import { MongoBackend } from '@agendajs/mongo-backend';
import { Agenda } from 'agenda';
import { LRUCache } from 'lru-cache';
import { type Database, isDuplicateKey } from './mongo.ts';

const collection = 'jobs';

/** Where Agenda keeps its jobs, in the scheduler's database. */
export const jobBackend = ({ db }: Database): MongoBackend =>
  new MongoBackend({ mongo: db, collection, ensureIndex: false });

/**
 * Makes the index that Agenda looks for due jobs by, and the keys that it leaves out: one job of a name and its data, one
 * recurring job of a name. Without those, two processes that set the same job at once make two.
 */
export async function ensureJobIndexes({ db }: Database): Promise<void> {
  await db.collection(collection).createIndexes([
    { key: { name: 1, nextRunAt: 1, priority: -1, lockedAt: 1 }, name: 'dueJobs' },
    {
      key: { name: 1, data: 1 },
      unique: true,
      partialFilterExpression: { type: 'normal' },
      name: 'oneJobOfItsData',
    },
    {
      key: { name: 1 },
      unique: true,
      partialFilterExpression: { type: 'single' },
      name: 'oneRecurringJob',
    },
  ]);
}

/** Sets one-time jobs from a process that runs none itself. */
export type JobSetter = (name: string, at: Date, data: Record<string, unknown>) => Promise<void>;

/** A setter that asks the database only once for each job that it is to set. */
export function jobSetter(database: Database): JobSetter {
  const agenda = new Agenda({ backend: jobBackend(database) });
  const set = new LRUCache<string, Promise<void>>({ max: 10_000 });
  return (name, at, data) => {
    const key = JSON.stringify([name, data]);
    const known = set.get(key);
    if (known) return known;
    const unique = Object.fromEntries(
      Object.entries(data).map(([field, value]) => [`data.${field}`, value]),
    );
    const setting = agenda.ready
      .then(() =>
        agenda.create(name, data).unique(unique, { insertOnly: true }).schedule(at).save(),
      )
      .then(
        () => {},
        (error) => {
          if (isDuplicateKey(error)) return;
          set.delete(key);
          throw error;
        },
      );
    set.set(key, setting);
    return setting;
  };
}
