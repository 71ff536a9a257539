import type { Migration } from '../../../../runtime/migrations/migration.ts';

/** A host's orders: the newest, and who arrives and leaves on a day. */
export const migration: Migration = {
  run: ({ collection }) =>
    collection('orders', {
      indexes: [
        { key: { 'snapshot.hostId': 1, createdAt: -1, _id: -1 }, name: 'of_host' },
        { key: { 'snapshot.hostId': 1, checkIn: 1 }, name: 'arriving_at_host' },
        { key: { 'snapshot.hostId': 1, checkOut: 1 }, name: 'leaving_host' },
      ],
    }),
};
