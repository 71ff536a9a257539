import type { Migration } from '../../../../runtime/migrations/migration.ts';
import {
  count,
  listOf,
  number,
  orNull,
  stored,
  text,
} from '../../../../runtime/migrations/schema.ts';
import { derivedOf, type HomestayDocument, toHomestay } from '../homestay-document.ts';
import { homestayFields } from './0001-catalogue.ts';

/** What homestays may have since they are searched. */
export const searchedFields = {
  maximumNights: orNull(count),
  words: listOf(text),
  cityKey: text,
  rank: number,
  stars: number,
  location: listOf(number),
};

/**
 * Homestays are found by words, city, price, rank, stars and place. What follows from their fields
 * is stored with them.
 */
export const migration: Migration = {
  async run({ collection, updateEach }) {
    await updateEach('homestays', { words: { $exists: false } }, (document) => ({
      $set: derivedOf(toHomestay(document as unknown as HomestayDocument)),
      $unset: { searchText: '' },
    }));
    await collection('homestays', {
      schema: stored(homestayFields, searchedFields),
      indexes: [
        { key: { bookable: 1, rank: -1, _id: 1 } },
        { key: { bookable: 1, arrivedAt: -1, _id: 1 } },
        { key: { bookable: 1, stars: -1, _id: 1 } },
        { key: { bookable: 1, 'price.currency': 1, 'price.amount': 1, _id: 1 } },
        { key: { bookable: 1, 'price.currency': 1, 'price.amount': -1, _id: 1 } },
        { key: { bookable: 1, cityKey: 1, rank: -1, _id: 1 } },
        { key: { bookable: 1, words: 1 } },
        { key: { bookable: 1, latitude: 1 } },
      ],
      // What the lists of the first release were read by.
      unusedIndexes: [
        { key: { bookable: 1, _id: 1 } },
        { key: { bookable: 1, arrivedAt: -1, _id: -1 } },
        { key: { bookable: 1, preferred: 1, rating: -1, _id: 1 } },
      ],
    });
    await collection('shops', { indexes: [{ key: { hostId: 1, _id: 1 } }] });
  },
};
