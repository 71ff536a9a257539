import type { Registry } from 'prom-client';
import { migrationNames } from './migrations/find.ts';
import { verifyMigrated } from './migrations/verify.ts';
import { type Database, openDatabase } from './mongo.ts';
import type { ServiceName } from './services.ts';
import { StartRefused } from './settings.ts';
import { whyUnsupported } from './supported-database.ts';

export type ServiceDatabaseSettings = { MONGODB_URI: string; DATABASE_PREFIX: string };

/** The name of the database that a service owns. */
export const databaseName = (
  { DATABASE_PREFIX }: Pick<ServiceDatabaseSettings, 'DATABASE_PREFIX'>,
  service: ServiceName,
): string => `${DATABASE_PREFIX}${service}`;

/**
 * Opens the database that a service owns, for the service to start on.
 * @param metrics where commands are counted, by their name and collection
 * @throws StartRefused if it is not supported, or has not been migrated to what this version needs
 */
export async function openServiceDatabase(
  service: ServiceName,
  settings: ServiceDatabaseSettings,
  metrics?: Registry,
): Promise<Database> {
  const name = databaseName(settings, service);
  const database = await openDatabase(settings.MONGODB_URI, name, { metrics });
  try {
    const unsupported = whyUnsupported(await database.db.command({ hello: 1 }));
    if (unsupported) throw new StartRefused(unsupported);
    await verifyMigrated(database.db, migrationNames(service));
    return database;
  } catch (error) {
    await database.stop();
    throw error;
  }
}
