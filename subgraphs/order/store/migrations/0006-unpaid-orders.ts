import type { Migration } from '../../../../runtime/migrations/migration.ts';
import { count, stored } from '../../../../runtime/migrations/schema.ts';

/**
 * A traveller's unpaid orders are counted whenever they place one. The document of a traveller
 * makes two of them wait.
 */
export const migration: Migration = {
  async run({ collection }) {
    await collection('orders', {
      indexes: [
        {
          key: { travellerId: 1 },
          partialFilterExpression: { state: 'WAIT_PAY' },
          name: 'unpaid_of_traveller',
        },
      ],
    });
    await collection('travellers', { schema: stored({ placed: count }) });
  },
};
