import type { Migration } from '../../../../runtime/migrations/migration.ts';

/**
 * The archive finds ended orders by their check-out alone, since all orders of long ago have ended:
 * no order that closes changes this index.
 */
export const migration: Migration = {
  run: ({ collection }) =>
    collection('orders', {
      indexes: [{ key: { checkOut: 1 }, name: 'by_check_out_alone' }],
      unusedIndexes: [{ key: { checkOut: 1, state: 1 } }],
    }),
};
