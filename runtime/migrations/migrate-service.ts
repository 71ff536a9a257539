import { openDatabase } from '../mongo.ts';
import { databaseName, type ServiceDatabaseSettings } from '../service-database.ts';
import { databaseOwners, type ServiceName } from '../services.ts';
import { findMigrations } from './find.ts';
import { runMigrations } from './run.ts';

export type MigrateOptions = {
  settings: ServiceDatabaseSettings;
  /** Told a line at a time what happens; nothing if there is nothing to do. */
  say: (line: string) => void;
  quietMs?: number;
  signal?: AbortSignal;
};

/** Brings a service's database to what this version needs. Returns how many migrations it took. */
export async function migrateService(
  service: ServiceName,
  { settings, say, ...more }: MigrateOptions,
): Promise<number> {
  const database = await openDatabase(settings.MONGODB_URI, databaseName(settings, service), {
    patient: true,
  });
  try {
    const migrations = await findMigrations(service);
    const sayOfService = (line: string) => say(`${service}: ${line}`);
    const run = await runMigrations({ database, migrations, say: sayOfService, ...more });
    return run.length;
  } finally {
    await database.stop();
  }
}

/** Brings the databases of all services to what this version needs. */
export async function migrateAll(options: MigrateOptions): Promise<number> {
  let count = 0;
  for (const service of databaseOwners) count += await migrateService(service, options);
  return count;
}
