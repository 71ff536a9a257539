import type { Migration } from '../../../../runtime/migrations/migration.ts';
import { count, date, listOf, stored, text } from '../../../../runtime/migrations/schema.ts';

const keptForSeconds = 400 * 86_400;

/**
 * Idempotency keys are documents of their own, and a traveller's document names the orders that may
 * still be unpaid: neither needs a query of all orders. Orders that are placed by the version before
 * have no such document; the unique index of orders keeps their keys.
 */
export const migration: Migration = {
  async run({ collection }) {
    await collection('orderKeys', {
      schema: stored({ travellerId: text, sn: text, createdAt: date }),
      indexes: [
        { key: { travellerId: 1 }, name: 'of_traveller' },
        { key: { createdAt: 1 }, expireAfterSeconds: keptForSeconds, name: 'expire' },
      ],
    });
    await collection('travellers', {
      schema: stored({ placed: count }, { unpaid: listOf(text) }),
    });
  },
};
