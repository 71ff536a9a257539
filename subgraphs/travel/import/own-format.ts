import type { Readable } from 'node:stream';
import { z } from 'zod';
import { isCurrency } from '../../../runtime/currency.ts';
import { isLongerThan } from '../../../runtime/text.ts';
import { maxAmenities, storedAmenities } from '../domain/amenities.ts';
import type { HomestayRow } from '../domain/catalogue.ts';
import { isImageUrl, maxImages } from '../domain/image.ts';
import { maxPrice } from '../domain/money.ts';
import { ImportRefused, type ReadRow, type RowContent } from './read-row.ts';
import { isTimeZone } from './time-zone.ts';

const id = z.string().regex(/^[\w-]{1,64}$/, 'must be 1 to 64 letters, digits, - or _');
/**
 * Text of up to `max` characters as a person sees them, without lone surrogates, which no database
 * can store.
 */
const text = (max: number) =>
  z
    .string()
    .trim()
    .transform((given) => given.toWellFormed())
    .refine((given) => !isLongerThan(given, max), `must have at most ${max} characters`);
const filled = (max: number) => text(max).refine((given) => given !== '', 'is empty');
const shortText = filled(200);
const longText = text(10_000);
const money = z.strictObject({
  amount: z.int().positive('must be more than 0').max(maxPrice),
  currency: z.string().refine(isCurrency, 'is no ISO 4217 currency'),
});
const instant = z.iso
  .datetime('must be an instant such as 2026-03-01T10:00:00Z')
  .transform((text) => new Date(text));

const shop = z.strictObject({
  type: z.literal('shop'),
  id,
  name: shortText,
  info: longText.default(''),
  hostId: z.string().min(1).max(128),
  open: z.boolean().default(true),
});

const homestay = z.strictObject({
  type: z.literal('homestay'),
  id,
  shopId: id,
  title: shortText,
  subTitle: text(200).default(''),
  info: longText.default(''),
  banner: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .default(null),
  images: z
    .array(
      z.strictObject({ url: z.string().refine(isImageUrl, 'is no https address'), alt: text(200) }),
    )
    .max(maxImages)
    .default([]),
  amenities: z.array(filled(60)).max(maxAmenities).default([]).transform(storedAmenities),
  city: shortText,
  neighbourhood: shortText.nullable().default(null),
  latitude: z.number().min(-90).max(90).nullable().default(null),
  longitude: z.number().min(-180).max(180).nullable().default(null),
  timeZone: z.string().refine(isTimeZone, 'is no IANA time zone'),
  capacity: z.int().min(1).max(1_000),
  minimumNights: z.int().min(1).max(10_000).default(1),
  maximumNights: z.int().min(1).max(10_000).nullable().default(null),
  price: money,
  marketPrice: money.nullable().default(null),
  soldPerPerson: z.boolean().default(false),
  foodPrice: money.nullable().default(null),
  onShelf: z.boolean().default(true),
  preferred: z.boolean().default(false),
  arrivedAt: instant.nullable().default(null),
});

const comment = z.strictObject({
  type: z.literal('comment'),
  id,
  homestayId: id,
  author: shortText,
  stars: z.int().min(1).max(5),
  content: filled(10_000),
  createdAt: instant,
});

/** The fields of each kind of record. */
export const records = { shop, homestay, comment };

const record = z.discriminatedUnion(
  'type',
  [shop, homestay, comment],
  'is neither a shop, a homestay nor a comment',
);

/** Reads our own format: one JSON object on each line. @throws ImportRefused if there is none */
export async function* readOwnFormat(input: Readable): AsyncGenerator<ReadRow> {
  let line = 0;
  let isEmpty = true;
  for await (const text of linesOf(input)) {
    line += 1;
    const json = line === 1 ? text.replace(/^\uFEFF/, '') : text;
    if (json.trim() === '') continue;
    isEmpty = false;
    yield { line, ...readRecord(json) };
  }
  if (isEmpty) throw new ImportRefused('the file is empty');
}

// Not node:readline, whose iterator never ends when its input fails.
async function* linesOf(input: Readable): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of input.setEncoding('utf8')) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() as string;
    yield* lines;
  }
  yield rest;
}

function readRecord(json: string): RowContent {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return { problem: `is not JSON: ${(error as Error).message}` };
  }
  const read = record.safeParse(value);
  if (!read.success) return { problem: problemOf(read.error) };
  return contentOf(read.data);
}

/**
 * Each kind has a line of its own, so that a new field of one does not compile until its schema
 * reads it.
 */
function contentOf(read: z.infer<typeof record>): RowContent {
  switch (read.type) {
    case 'shop': {
      const { type: kind, ...row } = read;
      return { record: { kind, row } };
    }
    case 'comment': {
      const { type: kind, ...row } = read;
      return { record: { kind, row } };
    }
    case 'homestay': {
      const { type: kind, ...fields } = read;
      const row: HomestayRow = { ...fields, importedRating: null };
      const problem = homestayProblem(row);
      return problem ? { problem } : { record: { kind, row } };
    }
  }
}

/** What is wrong with a homestay whose fields are right one by one; null if nothing is. */
export function homestayProblem(homestay: HomestayRow): string | null {
  const { price, marketPrice, foodPrice, minimumNights, maximumNights } = homestay;
  const inOtherCurrency = [marketPrice, foodPrice].some(
    (other) => other && other.currency !== price.currency,
  );
  if (inOtherCurrency) return 'price, marketPrice and foodPrice must be in one currency';
  if (maximumNights !== null && maximumNights < minimumNights)
    return 'maximumNights: must not be less than minimumNights';
  return null;
}

/** The findings of a check in one line: each field and what is wrong with it. */
export const problemOf = ({ issues }: z.ZodError): string =>
  issues
    .map(({ path, message }) => {
      const fault = message.endsWith('received undefined') ? 'is missing' : message;
      return path.length > 0 ? `${path.join('.')}: ${fault}` : fault;
    })
    .join('; ');
