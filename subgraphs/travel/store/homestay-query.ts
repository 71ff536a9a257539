import type { Document, Filter } from 'mongodb';

import { amenityKey } from '../domain/amenities.ts';
import {
  type Box,
  type HomestayFilter,
  type HomestaySort,
  homestaySorts,
  type Near,
  type Position,
} from '../domain/homestay-search.ts';
import { nightCount } from '../domain/stay.ts';
import { foldText, maxWordLength, wordsOf } from '../domain/words.ts';
import type { HomestayDocument } from './homestay-document.ts';

type Condition = Filter<HomestayDocument>;

const kmPerDegree = 111.32;
const earthRadiusKm = 6_378.1;

/** The bookable homestays that satisfy a filter. Whether nights are free is not known here. */
export function matching(filter: HomestayFilter): Condition {
  const { guests, price, food, text, city, preferred, shopId, near, within, stay } = filter;
  const amenities = filter.amenities ?? [];
  const conditions: Condition[] = [{ bookable: true }];
  if (shopId != null) conditions.push({ shopId });
  if (guests != null) conditions.push({ capacity: { $gte: guests } });
  if (price) conditions.push(...pricedFrom(price, guests ?? 1));
  if (food != null) conditions.push({ foodPrice: food ? { $ne: null } : null });
  if (amenities.length > 0) conditions.push({ amenityKeys: { $all: amenities.map(amenityKey) } });
  if (preferred != null) conditions.push({ preferred });
  if (city != null) conditions.push({ cityKey: foldText(city.trim()) });
  if (text != null) conditions.push(...wordsOf(text).map(beginningWith));
  if (near) conditions.push(...around(near));
  if (within) conditions.push(...inside(within));
  if (stay) conditions.push(...letFor(nightCount(stay)));
  return { $and: conditions };
}

/** A price for each guest is compared as that of all guests. */
const pricedFrom = (
  { currency, min, max }: NonNullable<HomestayFilter['price']>,
  guests: number,
): Condition[] => {
  const within = (persons: number) => ({
    ...(min == null ? {} : { $gte: Math.ceil(min / persons) }),
    ...(max == null ? {} : { $lte: Math.floor(max / persons) }),
  });
  if (min == null && max == null) return [{ 'price.currency': currency }];
  const whole = { soldPerPerson: false, 'price.amount': within(1) };
  const each = { soldPerPerson: true, 'price.amount': within(guests) };
  return [
    { 'price.currency': currency },
    guests === 1 ? { 'price.amount': within(1) } : { $or: [whole, each] },
  ];
};

/** A box that crosses the antimeridian has its west at a greater longitude than its east. */
const inside = ({ south, north, west, east }: Box): Condition[] => [
  { latitude: { $gte: south, $lte: north } },
  west <= east
    ? { longitude: { $gte: west, $lte: east } }
    : { $or: [{ longitude: { $gte: west } }, { longitude: { $lte: east } }] },
];

/** A homestay of an older version has no maximum. */
const letFor = (nights: number): Condition[] => [
  { minimumNights: { $lte: nights } },
  { $or: [{ maximumNights: null }, { maximumNights: { $gte: nights } }] },
];

const lastCharacter = '\u{10ffff}';

/** A range, because an index answers it on every engine: some look a `$regex` up in every word. */
const beginningWith = (word: string): Condition => {
  const from = word.slice(0, maxWordLength);
  return { words: { $elemMatch: { $gte: from, $lte: `${from}${lastCharacter}` } } };
};

/**
 * The box comes first, because an index answers it; the circle alone would be looked up in every
 * homestay.
 */
const around = (near: Near): Condition[] => [
  ...inside(boxAround(near)),
  {
    location: {
      $geoWithin: {
        $centerSphere: [[near.longitude, near.latitude], near.radiusKm / earthRadiusKm],
      },
    },
  } as Condition,
];

/**
 * A box that holds a circle: as wide as the circle is where the meridians lie closest, and all
 * around if there is a pole in it.
 */
function boxAround({ latitude, longitude, radiusKm }: Near): Box {
  const degrees = radiusKm / kmPerDegree;
  const [south, north] = [latitude - degrees, latitude + degrees];
  const highest = Math.max(-south, north);
  const wide = highest < 90 ? degrees / Math.cos((highest * Math.PI) / 180) : 180;
  if (wide >= 180) return { south, north, west: -180, east: 180 };
  return { south, north, west: turned(longitude - wide), east: turned(longitude + wide) };
}

/** A longitude between -180 and 180. */
const turned = (degrees: number): number => ((degrees + 540) % 360) - 180;

/**
 * What `matching` finds from a position on, in two parts that follow each other: first the
 * homestays that are equal to it in the sort, then those beyond it. One condition with an `$or`
 * would make some engines read all that come before.
 */
export function following(
  filter: HomestayFilter,
  sort: HomestaySort,
  after: Position | null,
): Condition[] {
  if (!after) return [matching(filter)];
  const { field, direction } = homestaySorts[sort];
  const value = field === 'arrivedAt' ? new Date(after.value) : after.value;
  const equal = { [field]: value, _id: { $gt: after.id } } as Condition;
  const beyond = { [field]: direction === 1 ? { $gt: value } : { $lt: value } } as Condition;
  return [equal, beyond].map((part) => ({ $and: [matching(filter), part] }));
}

export const sortOf = (sort: HomestaySort): Document => ({
  [homestaySorts[sort].field]: homestaySorts[sort].direction,
  _id: 1,
});

const some = (filter: HomestayFilter, limit: number): Document[] => [
  { $match: matching(filter) },
  { $limit: limit },
];

/** Counts what satisfies a filter by city. */
export const byCity = (filter: HomestayFilter, limit: number): Document[] => [
  ...some(filter, limit),
  { $group: { _id: '$cityKey', city: { $first: '$city' }, count: { $sum: 1 } } },
  { $sort: { count: -1, _id: 1 } },
  { $project: { _id: 0 } },
];

/** Counts it by currency, and by the last of the `rungs` that the price reaches. */
export function byPrice(
  filter: HomestayFilter,
  limit: number,
  rungs: readonly number[],
): Document[] {
  const reached = { input: rungs, as: 'rung', cond: { $lte: ['$$rung', '$price.amount'] } };
  const amount = '$price.amount';
  return [
    ...some(filter, limit),
    {
      $group: {
        _id: { currency: '$price.currency', from: { $max: { $filter: reached } } },
        ...{ count: { $sum: 1 }, lowest: { $min: amount }, highest: { $max: amount } },
      },
    },
    {
      $project: {
        ...{ _id: 0, currency: '$_id.currency', from: '$_id.from' },
        ...{ count: 1, lowest: 1, highest: 1 },
      },
    },
  ];
}
