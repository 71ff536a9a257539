import { existsSync, readdirSync } from 'node:fs';
import { type ServiceName, services } from '../services.ts';
import type { Migration, NamedMigration } from './migration.ts';

const fileName = /^(\d{4}-[\w-]+)\.[jt]s$/;

const folderOf = (service: ServiceName): URL =>
  new URL(`../../${services[service].folder}/store/migrations/`, import.meta.url);

/** The names of a service's migrations, in the order in which they run. */
export function migrationNames(service: ServiceName): string[] {
  const folder = folderOf(service);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((file) => fileName.exec(file)?.[1] ?? [])
    .sort();
}

/**
 * A service's migrations, in the order in which they run. Each file exports one by the name
 * `migration`.
 */
export async function findMigrations(service: ServiceName): Promise<NamedMigration[]> {
  const found: NamedMigration[] = [];
  for (const name of migrationNames(service)) {
    const file = new URL(`${name}${import.meta.url.slice(-3)}`, folderOf(service));
    const { migration } = (await import(file.href)) as { migration: Migration };
    found.push({ ...migration, name });
  }
  return found;
}
