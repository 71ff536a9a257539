import type { Migration } from '../../../../runtime/migrations/migration.ts';

/** Attempts that ended without money are asked about once more. */
export const migration: Migration = {
  run: ({ collection }) =>
    collection('payments', {
      indexes: [
        {
          key: { toQuery: 1, askedAt: 1 },
          name: 'to_query',
          partialFilterExpression: { toQuery: true },
        },
      ],
    }),
};
