import type { Migration } from '../../../../runtime/migrations/migration.ts';

/** The orders that a refund holds are found without reading any other. */
export const migration: Migration = {
  run: ({ collection }) =>
    collection('orders', {
      indexes: [
        {
          key: { state: 1, refundSn: 1 },
          name: 'held_by_refund',
          partialFilterExpression: { refundSn: { $exists: true } },
        },
      ],
    }),
};
