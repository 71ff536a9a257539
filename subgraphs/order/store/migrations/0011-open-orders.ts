import type { Migration } from '../../../../runtime/migrations/migration.ts';

/**
 * Orders to close and to expire are found by indexes that hold only those, so that an order which
 * closes leaves one index and enters none. Nights are freed by their keys.
 */
export const migration: Migration = {
  async run({ collection }) {
    await collection('orders', {
      indexes: [
        {
          key: { closeAt: 1 },
          partialFilterExpression: { state: 'WAIT_PAY' },
          name: 'unpaid_by_deadline',
        },
        {
          key: { checkOut: 1 },
          partialFilterExpression: { state: 'WAIT_USE' },
          name: 'unused_by_check_out',
        },
        // For the archive. Its first field stays as it is when an order closes.
        { key: { checkOut: 1, state: 1 }, name: 'by_check_out' },
      ],
      unusedIndexes: [
        { key: { state: 1, closeAt: 1 } },
        { key: { state: 1, checkOut: 1 } },
        { key: { travellerId: 1 }, partialFilterExpression: { state: 'WAIT_PAY' } },
      ],
    });
    await collection('nights', { unusedIndexes: [{ key: { orderSn: 1 } }] });
  },
};
