import { randomBytes } from 'node:crypto';
import { type Database, openDatabase } from '../runtime/mongo.ts';

/** The address of the MongoDB that all tests share: jest's global setup starts it before the first test. */
export function testMongoUri(): string {
  const uri = process.env.TEST_MONGODB_URI;
  if (!uri) throw new Error('TEST_MONGODB_URI is not set: run the tests with `npm test`');
  return uri;
}

/** What the names of one test file's databases begin with, so that no test sees another's data. */
export const testDatabasePrefix = (): string => `test_${randomBytes(6).toString('hex')}_`;

/** An empty database of one's own on a real server; its stop drops it. */
export async function freshDatabase(): Promise<Database> {
  const database = await openDatabase(testMongoUri(), `${testDatabasePrefix()}own`);
  return {
    ...database,
    stop: async () => {
      await database.db.dropDatabase();
      await database.stop();
    },
  };
}
