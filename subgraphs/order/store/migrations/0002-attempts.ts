import type { Migration } from '../../../../runtime/migrations/migration.ts';

/**
 * Payment attempts hold their order open beyond its deadline. They are found by when they are to be
 * closed.
 */
export const migration: Migration = {
  run: ({ collection }) =>
    collection('orders', {
      indexes: [{ key: { 'attempt.closeFrom': 1 }, sparse: true, name: 'attempts_to_close' }],
    }),
};
