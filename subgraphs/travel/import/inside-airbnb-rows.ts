import timeZoneAt from '@photostructure/tz-lookup';
import { z } from 'zod';
import { cutText } from '../../../runtime/text.ts';
import { maxAmenities, storedAmenities } from '../domain/amenities.ts';
import type { HomestayRow, ShopRow } from '../domain/catalogue.ts';
import { homestayProblem, problemOf } from './own-format.ts';
import { readMoney } from './read-money.ts';
import type { RowContent } from './read-row.ts';

export type AirbnbOptions = {
  /** The ISO 4217 currency of the prices; the file does not name it. */
  currency: string;
  /** Overrides the time zone of the coordinates. */
  timeZone?: string;
  /** Overrides the city of the file. */
  city?: string;
};

/** The columns without which no row can be read. */
export const columnsNeeded = ({ timeZone }: AirbnbOptions): string[] => [
  ...['id', 'name', 'host_id', 'price'],
  ...(timeZone ? [] : ['latitude', 'longitude']),
];

const assumedCapacity = 2;

const filled = z.string().trim().min(1, { error: 'is empty', abort: true });
const identifier = filled.regex(/^[\w-]{1,58}$/, 'must be letters and digits');
const maybe = z
  .string()
  .trim()
  .optional()
  .transform((text) => (text && !/^(n\/a|null|none|nan)$/i.test(text) ? text : null));
const number = (min: number, max: number) =>
  maybe
    .transform((text) => (text === null ? null : Number(text)))
    .refine(
      (value) => value === null || (value >= min && value <= max),
      `must be a number from ${min} to ${max}`,
    );
const count = (max: number, otherwise: number) =>
  number(1, max)
    .transform((value) => value ?? otherwise)
    .refine(Number.isInteger, 'must be a whole number');

/** No limit is written as an empty field or as a number beyond every stay. */
const nightLimit = number(1, 2 ** 31)
  .transform((value) => (value === null || value > 10_000 ? null : value))
  .refine((value) => value === null || Number.isInteger(value), 'must be a whole number');

/** The detailed file has them as a list in JSON. */
function amenitiesOf(json: string | null): string[] {
  try {
    const list = z.array(z.string()).parse(JSON.parse(json ?? '[]'));
    return storedAmenities(list.map((text) => cutText(text, 60))).slice(0, maxAmenities);
  } catch {
    return [];
  }
}

const columns = (currency: string) =>
  z.object({
    id: identifier,
    name: filled,
    host_id: identifier,
    host_name: maybe,
    host_about: maybe,
    description: maybe,
    picture_url: maybe,
    city: maybe,
    neighbourhood: maybe,
    neighbourhood_cleansed: maybe,
    neighbourhood_group: maybe,
    neighbourhood_group_cleansed: maybe,
    latitude: number(-90, 90),
    longitude: number(-180, 180),
    amenities: maybe.transform(amenitiesOf),
    room_type: maybe,
    property_type: maybe,
    accommodates: count(1_000, assumedCapacity),
    minimum_nights: count(10_000, 1),
    maximum_nights: nightLimit,
    // Whether any night of it can be booked. An empty field says nothing.
    has_availability: maybe.transform((text) => text !== 'f'),
    // Only 1 to 5 are stars; older files count to 100.
    review_scores_rating: maybe.transform((text) =>
      text && Number(text) >= 1 && Number(text) <= 5 ? Number(text) : null,
    ),
    price: filled.transform((text, context) => {
      const price = readMoney(text, currency);
      if (price && price.amount > 0) return price;
      context.addIssue({
        code: 'custom',
        message: `"${cutText(text, 40)}" is no price in ${currency}`,
      });
      return z.NEVER;
    }),
  });

type Note = { note(sentence: string): void };

/** Makes the reader of one file's rows. It turns a row, by column, into a homestay and its shop. */
export function createAirbnbRows(header: string[], options: AirbnbOptions & Note) {
  const { currency, timeZone, note } = options;
  note(`Prices are taken as ${currency}, since the file names no currency (--currency).`);
  if (!header.includes('accommodates'))
    note(
      `Every homestay is taken to have room for ${assumedCapacity} guests, since the file does not say.`,
    );
  const schema = columns(currency);
  return (row: Record<string, string>): RowContent => {
    const checked = schema.safeParse(row);
    if (!checked.success) return { problem: problemOf(checked.error) };
    const { data } = checked;
    const { latitude, longitude } = data;
    const place = placeOf(data, options);
    const zone =
      timeZone ??
      (latitude !== null && longitude !== null ? timeZoneAt(latitude, longitude) : null);
    if (!zone)
      return {
        problem: 'latitude, longitude: are empty, so its time zone is unknown (--time-zone)',
      };
    if (!place) return { problem: 'neighbourhood: is empty, so its city is unknown (--city)' };
    const shopId = `shop-${data.host_id}`;
    const homestay: HomestayRow = { ...homestayOf(data), ...place, shopId, timeZone: zone };
    const problem = homestayProblem(homestay);
    if (problem) return { problem };
    return { record: { kind: 'homestay', row: homestay }, shop: shopOf(data, shopId) };
  };
}

type Columns = z.infer<ReturnType<typeof columns>>;

/** A host's user id gets a prefix, so that a number from elsewhere never equals a user of ours. */
const shopOf = (data: Columns, id: string): ShopRow => ({
  id,
  name: cutText(data.host_name ?? `Host ${data.host_id}`, 200),
  info: plainText(data.host_about),
  hostId: `host-${data.host_id}`,
  open: true,
});

const homestayOf = (data: Columns) => ({
  id: data.id,
  title: cutText(data.name, 200),
  subTitle: data.property_type ?? data.room_type ?? '',
  info: plainText(data.description),
  banner: data.picture_url && /^https?:\/\//.test(data.picture_url) ? data.picture_url : null,
  images: [],
  amenities: data.amenities,
  latitude: data.latitude,
  longitude: data.longitude,
  capacity: data.accommodates,
  minimumNights: data.minimum_nights,
  maximumNights: data.maximum_nights,
  price: data.price,
  marketPrice: null,
  soldPerPerson: false,
  foodPrice: null,
  onShelf: data.has_availability,
  preferred: false,
  arrivedAt: null,
  importedRating: data.review_scores_rating,
});

/**
 * In the detailed file `neighbourhood` is what the host wrote, and `neighbourhood_cleansed` the
 * name on the map.
 */
function placeOf(
  data: Columns,
  { city }: AirbnbOptions,
): { city: string; neighbourhood: string | null } | null {
  const neighbourhood = data.neighbourhood_cleansed ?? data.neighbourhood;
  const named =
    city ??
    data.city ??
    data.neighbourhood_group_cleansed ??
    data.neighbourhood_group ??
    neighbourhood;
  return named ? { city: named, neighbourhood } : null;
}

/** The published descriptions hold line breaks as HTML. */
const plainText = (html: string | null): string =>
  cutText(
    (html ?? '')
      .replace(/<br\s*\/?>/gi, '\n')
      .replace(/<[^<>]*>/g, '')
      .trim(),
    10_000,
  );
