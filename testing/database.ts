import { randomBytes } from 'node:crypto';
import { findMigrations } from '../runtime/migrations/find.ts';
import { migrateService } from '../runtime/migrations/migrate-service.ts';
import { runMigrations } from '../runtime/migrations/run.ts';
import { type Database, openDatabase } from '../runtime/mongo.ts';
import { databaseOwners, type ServiceName } from '../runtime/services.ts';

/**
 * The address of the MongoDB that all tests share: jest's global setup starts it before the first
 * test.
 */
export function testMongoUri(): string {
  const uri = process.env.TEST_MONGODB_URI;
  if (!uri) throw new Error('TEST_MONGODB_URI is not set: run the tests with `npm test`');
  return uri;
}

/** What the names of one test file's databases begin with, so that no test sees another's data. */
export const testDatabasePrefix = (): string => `test_${randomBytes(6).toString('hex')}_`;

/**
 * Brings the databases of every service that begin with this prefix to what the code needs, as `npm
 * run migrate` does.
 */
export const migrateTestDatabases = (prefix: string, uri = testMongoUri()): Promise<unknown> => {
  const options = { settings: { MONGODB_URI: uri, DATABASE_PREFIX: prefix }, say: () => {} };
  return Promise.all(databaseOwners.map((name) => migrateService(name, options)));
};

/**
 * A new database on a real server, as a service's migrations leave it, or empty. Its stop drops it.
 */
export async function freshDatabase(service?: ServiceName): Promise<Database> {
  const database = await openDatabase(testMongoUri(), `${testDatabasePrefix()}own`);
  if (service) {
    const migrations = await findMigrations(service);
    await runMigrations({ database, migrations, say: () => {} });
  }
  return {
    ...database,
    stop: async () => {
      await database.db.dropDatabase();
      await database.stop();
    },
  };
}
