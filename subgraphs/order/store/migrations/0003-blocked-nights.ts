import type { Migration } from '../../../../runtime/migrations/migration.ts';
import { stored, text } from '../../../../runtime/migrations/schema.ts';

/** A night without an order is one that its host has blocked. */
export const migration: Migration = {
  run: ({ collection }) =>
    collection('nights', { schema: stored({ homestayId: text, night: text }, { orderSn: text }) }),
};
