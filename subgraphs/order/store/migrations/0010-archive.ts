import type { Migration } from '../../../../runtime/migrations/migration.ts';
import { date, stored, text } from '../../../../runtime/migrations/schema.ts';

/** Orders of long ago have a collection of their own. Processes of the version before read none of it. */
export const migration: Migration = {
  run: ({ collection }) =>
    collection('archivedOrders', {
      schema: stored({
        ...{ travellerId: text, homestayId: text, state: text, createdAt: date },
        ...{ checkIn: text, checkOut: text },
      }),
      indexes: [
        { key: { travellerId: 1, createdAt: -1, _id: -1 }, name: 'of_traveller' },
        { key: { 'snapshot.hostId': 1, createdAt: -1, _id: -1 }, name: 'of_host' },
        { key: { createdAt: -1, _id: -1 }, name: 'newest' },
      ],
    }),
};
