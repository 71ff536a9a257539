import type { Collection, Db } from 'mongodb';
import {
  always,
  type DocumentOf,
  documentDoor,
  type FieldTable,
} from '../../../runtime/document-door.ts';
import { amenityKey } from '../domain/amenities.ts';
import type { Homestay } from '../domain/homestay.ts';
import { ranksOf } from '../domain/homestay-search.ts';
import { foldText, searchWords } from '../domain/words.ts';

/** What lists are filtered and sorted by, computed from the rest whenever a homestay is written. */
type Derived = {
  /** Folded words of the title, the subtitle, the city and the neighbourhood: see `searchWords`. */
  words: string[];
  /** What amenities are compared by; absent in homestays that were stored before there were any. */
  amenityKeys: string[];
  /** The city, folded. */
  cityKey: string;
  /** See `ranksOf`. */
  rank: number;
  stars: number;
  /** Longitude, latitude; absent if unknown, since a geographic index refuses null. */
  location?: [number, number];
};

type Inner = Derived & {
  /** Average stars that the source of an import gave; holds until we have comments of our own. */
  importedRating: number | null;
  /** How many comments guests have written: two at once must write the same field. */
  changes?: number;
};

/** A homestay as it is stored. */
export type HomestayDocument = DocumentOf<Homestay, 'id', Inner>;

export type HomestayCollection = Collection<HomestayDocument>;

export const homestayCollection = (db: Db): HomestayCollection =>
  db.collection<HomestayDocument>('homestays');

/** What homestays are in the database: see `FieldTable`. */
export const homestayFields: FieldTable<Homestay, 'id'> = {
  shopId: always,
  title: always,
  subTitle: always,
  info: always,
  banner: always,
  images: [],
  amenities: [],
  city: always,
  neighbourhood: always,
  latitude: always,
  longitude: always,
  timeZone: always,
  capacity: always,
  minimumNights: always,
  maximumNights: null,
  price: always,
  marketPrice: always,
  soldPerPerson: always,
  foodPrice: always,
  onShelf: always,
  preferred: always,
  arrivedAt: always,
  rating: always,
  bookable: always,
};

const door = documentDoor<Homestay, 'id', Inner>({
  key: 'id',
  fields: homestayFields,
  inner: [
    'words',
    'amenityKeys',
    'cityKey',
    'rank',
    'stars',
    'location',
    'importedRating',
    'changes',
  ],
});

export const toHomestay = door.fromDocument;

export const toHomestayDocument = (
  homestay: Homestay,
  importedRating: number | null,
): HomestayDocument => door.toDocument(homestay, { importedRating, ...derivedOf(homestay) });

/** What follows from a homestay's fields and is stored with them. */
export function derivedOf(homestay: Omit<Homestay, 'id'>): Derived {
  const { title, subTitle, city, neighbourhood, latitude, longitude, amenities } = homestay;
  return {
    words: searchWords([title, subTitle, city, neighbourhood]),
    amenityKeys: amenities.map(amenityKey),
    cityKey: foldText(city),
    ...ranksOf(homestay),
    ...(latitude === null || longitude === null ? {} : { location: [longitude, latitude] }),
  };
}
