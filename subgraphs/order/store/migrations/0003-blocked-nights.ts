import type { Migration } from '../../../../runtime/migrations/migration.ts';
import { stored, text } from '../../../../runtime/migrations/schema.ts';

/** Hosts block nights: such a night names no order. */
export const migration: Migration = {
  run: ({ collection }) =>
    collection('nights', {
      schema: stored({ homestayId: text, night: text }, { orderSn: text }),
    }),
};
