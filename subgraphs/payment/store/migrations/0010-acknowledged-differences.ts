import type { Migration } from '../../../../runtime/migrations/migration.ts';
import { date, listOf, record, stored, text } from '../../../../runtime/migrations/schema.ts';

const acknowledgement = record({ by: text, reason: text, at: date });

/** What operators have acknowledged of differences, and why. */
export const migration: Migration = {
  async run({ collection }) {
    await collection('acknowledged_differences', {
      schema: stored({
        kind: text,
        orderSn: text,
        foundAt: date,
        acknowledgedAt: date,
        acknowledgements: listOf(acknowledgement),
      }),
      indexes: [{ key: { acknowledgedAt: -1, _id: 1 }, name: 'latest' }],
    });
  },
};
