import type { Migration } from '../../../../runtime/migrations/migration.ts';
import {
  bool,
  count,
  date,
  money,
  number,
  orNull,
  stored,
  text,
} from '../../../../runtime/migrations/schema.ts';

/** What every homestay has since the first release. */
export const homestayFields = {
  shopId: text,
  title: text,
  subTitle: text,
  info: text,
  banner: orNull(text),
  city: text,
  neighbourhood: orNull(text),
  latitude: orNull(number),
  longitude: orNull(number),
  timeZone: text,
  capacity: count,
  minimumNights: count,
  price: money,
  marketPrice: orNull(money),
  soldPerPerson: bool,
  foodPrice: orNull(money),
  onShelf: bool,
  preferred: bool,
  arrivedAt: date,
  rating: orNull(number),
  bookable: bool,
  importedRating: orNull(number),
};

/** Shops, their homestays, and what guests said of those. */
export const migration: Migration = {
  async run({ collection }) {
    await collection('shops', {
      schema: stored({ name: text, info: text, hostId: text, open: bool }),
      indexes: [{ key: { open: 1, _id: 1 } }],
    });
    await collection('homestays', {
      schema: stored(homestayFields),
      indexes: [{ key: { shopId: 1, bookable: 1, _id: 1 } }],
    });
    await collection('comments', {
      schema: stored({
        homestayId: text,
        author: text,
        stars: { bsonType: 'number', minimum: 1, maximum: 5 },
        content: text,
        createdAt: date,
      }),
      indexes: [{ key: { homestayId: 1, createdAt: -1, _id: -1 } }],
    });
  },
};
