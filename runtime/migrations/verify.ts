import type { Db } from 'mongodb';
import { StartRefused } from '../settings.ts';
import { openJournal } from './journal.ts';

/**
 * Makes sure that a database has what this version needs. A database that newer versions have
 * migrated is fine, unless one of their migrations refuses older processes.
 * @throws StartRefused with a sentence that says what to do
 */
export async function verifyMigrated(db: Db, needed: readonly string[]): Promise<void> {
  const finished = await openJournal(db).finished();
  const has = new Set(finished.map(({ _id }) => _id));
  const missing = needed.filter((name) => !has.has(name));
  if (missing.length > 0) {
    throw new StartRefused(
      `The database ${db.databaseName} lacks ${missing.join(', ')}. Run \`npm run migrate\` first.`,
    );
  }
  const refusing = finished.find(({ _id, refusesOlder }) => refusesOlder && !needed.includes(_id));
  if (refusing) {
    throw new StartRefused(
      `The database ${db.databaseName} has ${refusing._id} of a newer version, beside which this one must not run.`,
    );
  }
}
