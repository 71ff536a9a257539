import type { Db } from 'mongodb';

/** What a database remembers of a migration. */
type MigrationDocument = {
  _id: string;
  /** The process that runs it, or ran it. */
  owner: string;
  startedAt: Date;
  finishedAt?: Date;
  refusesOlder?: true;
  /** For each of its updates, the key of the last document that is done. */
  positions?: Record<string, string>;
};

export type Journal = ReturnType<typeof openJournal>;

/** Another process has taken the migration over. */
export class MigrationTakenOver extends Error {
  override name = 'MigrationTakenOver';
}

/** Which migrations have run on a database. */
export function openJournal(db: Db) {
  const migrations = db.collection<MigrationDocument>('migrations');
  const write = async (name: string, owner: string, fields: Partial<MigrationDocument>) => {
    const { matchedCount } = await migrations.updateOne({ _id: name, owner }, { $set: fields });
    if (matchedCount === 0) throw new MigrationTakenOver(`another process runs ${name} now`);
  };
  return {
    /** The migrations that have finished. */
    finished: () =>
      migrations.find({ finishedAt: { $exists: true } }, { sort: { _id: 1 } }).toArray(),

    /** Notes that this process runs a migration. Returns where an interrupted run has stopped. */
    async begin(name: string, owner: string, at: Date): Promise<Record<string, string>> {
      const begun = await migrations.findOneAndUpdate(
        { _id: name },
        { $set: { owner, startedAt: at } },
        { upsert: true, returnDocument: 'after' },
      );
      return begun?.positions ?? {};
    },
    reached: (name: string, owner: string, update: string, position: string) =>
      write(name, owner, { [`positions.${update}`]: position } as Partial<MigrationDocument>),
    finish: (name: string, owner: string, at: Date, refusesOlder: boolean) =>
      write(name, owner, { finishedAt: at, ...(refusesOlder ? { refusesOlder } : {}) }),
  };
}
