import type { Migration } from '../../../../runtime/migrations/migration.ts';

/** Webhooks at which nothing arrives are counted by an index that holds only those. */
export const migration: Migration = {
  run: ({ collection }) =>
    collection('webhooks', {
      indexes: [{ key: { 'failing.since': 1 }, sparse: true, name: 'failing' }],
    }),
};
