import type { Migration } from '../../../../runtime/migrations/migration.ts';
import { money, stored, text } from '../../../../runtime/migrations/schema.ts';

/** Prices of single nights, which hosts set. */
export const migration: Migration = {
  run: ({ collection }) =>
    collection('nightPrices', {
      schema: stored({ homestayId: text, night: text, price: money }),
      indexes: [{ key: { homestayId: 1, night: 1 } }],
    }),
};
