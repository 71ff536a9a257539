import type { Migration } from '../../../../runtime/migrations/migration.ts';
import { listOf, stored, text } from '../../../../runtime/migrations/schema.ts';
import { homestayFields } from './0001-catalogue.ts';
import { searchedFields } from './0002-search.ts';

/** Homestays have amenities, and are found by them. Those that are stored already have none. */
export const migration: Migration = {
  run: ({ collection }) =>
    collection('homestays', {
      schema: stored(homestayFields, {
        ...searchedFields,
        amenities: listOf(text),
        amenityKeys: listOf(text),
      }),
      indexes: [{ key: { bookable: 1, amenityKeys: 1 }, name: 'by_amenity' }],
    }),
};
