import { expect, test } from '@jest/globals';
import { databaseOwners } from '../services.ts';
import { findMigrations, migrationNames } from './find.ts';

test.each(databaseOwners)('each file of %s exports a migration', async (service) => {
  const found = await findMigrations(service);
  expect(found.map(({ name }) => name)).toEqual(migrationNames(service));
  for (const { run } of found) expect(run).toEqual(expect.any(Function));
});

test('a service without a database has no migrations', () => {
  expect(migrationNames('gateway')).toEqual([]);
});
