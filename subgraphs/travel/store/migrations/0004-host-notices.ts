import type { Migration } from '../../../../runtime/migrations/migration.ts';
import { bool, record, stored, text } from '../../../../runtime/migrations/schema.ts';

/** Where the host of a shop gets mail of new bookings, if they asked for it. */
export const migration: Migration = {
  run: ({ collection }) =>
    collection('shops', {
      schema: stored(
        { name: text, info: text, hostId: text, open: bool },
        { notices: record({ hostId: text, email: text }) },
      ),
      indexes: [{ key: { 'notices.hostId': 1 }, sparse: true, name: 'of_told_host' }],
    }),
};
