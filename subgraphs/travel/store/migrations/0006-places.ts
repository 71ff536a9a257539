import type { Migration } from '../../../../runtime/migrations/migration.ts';

/** A search by place looks at the homestays of a box, not at all of its latitude. */
export const migration: Migration = {
  run: ({ collection }) =>
    collection('homestays', {
      indexes: [{ key: { bookable: 1, latitude: 1, longitude: 1 }, name: 'by_place' }],
      unusedIndexes: [{ key: { bookable: 1, latitude: 1 } }],
    }),
};
