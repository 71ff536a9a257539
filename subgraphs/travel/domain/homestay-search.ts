import { addDays, dateIn } from '../../../runtime/calendar.ts';
import { isCurrency } from '../../../runtime/currency.ts';
import { maxAmenitiesAsked } from './amenities.ts';
import type { Homestay } from './homestay.ts';
import { nightCount, type Stay } from './stay.ts';
import { wordsOf } from './words.ts';

/**
 * Bounds for the price of a night, in one currency: amounts of different ones can't be compared.
 */
export type PriceRange = { currency: string; min?: number | null; max?: number | null };

/** A place and how far around it, in kilometres. */
export type Near = { latitude: number; longitude: number; radiusKm: number };

/** A box on the map, in degrees. `west` is greater than `east` if it spans the date line. */
export type Box = { south: number; west: number; north: number; east: number };

/** What homestays must satisfy; what is left out, or null, is not checked. */
export type HomestayFilter = {
  guests?: number | null;
  price?: PriceRange | null;
  food?: boolean | null;
  amenities?: readonly string[] | null;
  text?: string | null;
  city?: string | null;
  preferred?: boolean | null;
  shopId?: string | null;
  near?: Near | null;
  within?: Box | null;
  stay?: Stay | null;
};

/**
 * The orders in which homestays are listed: by which field, downwards (-1) or upwards (1). Equal
 * ones go by id.
 */
export const homestaySorts = {
  RECOMMENDED: { field: 'rank', direction: -1 },
  NEWEST: { field: 'arrivedAt', direction: -1 },
  BEST_RATED: { field: 'stars', direction: -1 },
  CHEAPEST: { field: 'price.amount', direction: 1 },
  DEAREST: { field: 'price.amount', direction: -1 },
} as const;
export type HomestaySort = keyof typeof homestaySorts;

/** Whether a list is sorted by prices, which have an order in one currency alone. */
export const isByPrice = (sort: HomestaySort): boolean =>
  homestaySorts[sort].field === 'price.amount';

/**
 * What lists are sorted by: a homestay without stars comes after all that have some, a recommended
 * one before all others.
 */
export const ranksOf = ({ preferred, rating }: Pick<Homestay, 'preferred' | 'rating'>) => ({
  rank: (preferred ? 10 : 0) + (rating ?? 0),
  stars: rating ?? 0,
});

const sortValues: Record<(typeof homestaySorts)[HomestaySort]['field'], (of: Homestay) => number> =
  {
    rank: (homestay) => ranksOf(homestay).rank,
    stars: (homestay) => ranksOf(homestay).stars,
    arrivedAt: ({ arrivedAt }) => arrivedAt.getTime(),
    'price.amount': ({ price }) => price.amount,
  };

/** Where a homestay stands in a sorted list: by its value, and among equal ones by its id. */
export type Position = { value: number; id: string };

export const positionOf = (homestay: Homestay, sort: HomestaySort): Position => ({
  value: sortValues[homestaySorts[sort].field](homestay),
  id: homestay.id,
});

/** What orders are taken for, as the order service is set. */
export type BookingLimits = { maxNights: number; maxDaysAhead: number };

const maxTextLength = 200;
const maxWords = 10;
const maxRadiusKm = 1_000;

type Rule = (filter: HomestayFilter, limits: BookingLimits) => string | false | null | undefined;

const outside = (value: number, min: number, max: number): boolean =>
  !(value >= min && value <= max);

/** What can be wrong with a filter, each in a sentence for its author. */
const rules: Rule[] = [
  ({ guests }) => guests != null && guests < 1 && '`guests` must be at least 1.',
  ({ price }) =>
    price && !isCurrency(price.currency) && '`price.currency` is no ISO 4217 currency.',
  ({ price }) =>
    [price?.min, price?.max].some((amount) => amount != null && amount < 0) &&
    '`price` must not be negative.',
  ({ price }) =>
    price?.min != null &&
    price.max != null &&
    price.min > price.max &&
    '`price.min` must not exceed `price.max`.',
  ({ amenities }) =>
    amenities != null &&
    amenities.length > maxAmenitiesAsked &&
    `\`amenities\` must be at most ${maxAmenitiesAsked}.`,
  ({ text }) =>
    text != null &&
    text.length > maxTextLength &&
    `\`text\` must have at most ${maxTextLength} characters.`,
  ({ text }) =>
    text != null &&
    wordsOf(text).length > maxWords &&
    `\`text\` must have at most ${maxWords} words.`,
  ({ near }) =>
    near &&
    (outside(near.latitude, -90, 90) || outside(near.longitude, -180, 180)) &&
    '`near` must be degrees: latitude -90 to 90, longitude -180 to 180.',
  ({ near }) =>
    near &&
    !(near.radiusKm > 0 && near.radiusKm <= maxRadiusKm) &&
    `\`near.radiusKm\` must be more than 0 and at most ${maxRadiusKm}.`,
  ({ within }) =>
    within &&
    ([within.south, within.north].some((degrees) => outside(degrees, -90, 90)) ||
      [within.west, within.east].some((degrees) => outside(degrees, -180, 180)) ||
      within.south > within.north) &&
    '`within` must be degrees, with `south` not above `north`.',
  ({ stay }) => stay && nightCount(stay) < 1 && '`stay.checkOut` must be after `stay.checkIn`.',
  ({ stay }, { maxNights }) =>
    stay && nightCount(stay) > maxNights && `\`stay\` must have at most ${maxNights} nights.`,
];

/** Says what is wrong with a search, in a sentence for its author; null if nothing is. */
export function searchFault(
  filter: HomestayFilter,
  sort: HomestaySort,
  limits: BookingLimits,
): string | null {
  for (const rule of rules) {
    const fault = rule(filter, limits);
    if (fault) return fault;
  }
  if (isByPrice(sort) && !filter.price)
    return `\`sort: ${sort}\` needs \`filter.price.currency\`: prices in different currencies have no order.`;
  return null;
}

/** Whether a stay may begin then, by the date it is now where the homestay lies. */
export function isInWindow(
  { checkIn }: Stay,
  timeZone: string,
  { now, maxDaysAhead }: { now: Date; maxDaysAhead: number },
): boolean {
  const today = dateIn(timeZone, now);
  return checkIn >= today && checkIn <= addDays(today, maxDaysAhead);
}
