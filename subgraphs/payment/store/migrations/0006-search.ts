import type { Migration } from '../../../../runtime/migrations/migration.ts';

/** Operators look through payments, the newest first: all of them, a traveller's or a host's. */
export const migration: Migration = {
  run: ({ collection }) =>
    collection('payments', {
      indexes: [
        { key: { createdAt: -1, _id: -1 }, name: 'newest' },
        { key: { travellerId: 1, createdAt: -1, _id: -1 }, name: 'of_traveller' },
        { key: { hostId: 1, createdAt: -1, _id: -1 }, name: 'of_host' },
      ],
    }),
};
