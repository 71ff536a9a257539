import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { CatalogueRecord } from '../domain/catalogue.ts';
import { isCurrency, isTimeZone } from './known-names.ts';
import { ImportRefused, type ReadRow, type RowContent } from './read-row.ts';

const id = z.string().regex(/^[\w-]{1,64}$/, 'must be 1 to 64 letters, digits, - or _');
const shortText = z.string().trim().min(1, 'is empty').max(200);
const longText = z.string().trim().max(10_000);
const money = z.strictObject({
  amount: z.int().positive('must be more than 0').max(Number.MAX_SAFE_INTEGER),
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
  subTitle: z.string().trim().max(200).default(''),
  info: longText.default(''),
  banner: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .default(null),
  city: shortText,
  neighbourhood: shortText.nullable().default(null),
  latitude: z.number().min(-90).max(90).nullable().default(null),
  longitude: z.number().min(-180).max(180).nullable().default(null),
  timeZone: z.string().refine(isTimeZone, 'is no IANA time zone'),
  capacity: z.int().min(1).max(1_000),
  minimumNights: z.int().min(1).max(10_000).default(1),
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
  content: longText.min(1, 'is empty'),
  createdAt: instant,
});

const record = z.discriminatedUnion(
  'type',
  [shop, homestay, comment],
  'is neither a shop, a homestay nor a comment',
);

/** Reads our own format: one JSON object on each line. @throws ImportRefused where there is none */
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
  const { type, ...row } = read.data;
  const currencies = 'price' in row ? [row.price, row.marketPrice, row.foodPrice] : [];
  if (new Set(currencies.flatMap((price) => price?.currency ?? [])).size > 1)
    return { problem: 'price, marketPrice and foodPrice must be in one currency' };
  const extra = type === 'homestay' ? { importedRating: null } : {};
  return { record: { kind: type, row: { ...row, ...extra } } as CatalogueRecord };
}

/** What a check found, in one line: each field and what is wrong with it. */
export const problemOf = ({ issues }: z.ZodError): string =>
  issues
    .map(({ path, message }) => {
      const fault = message.endsWith('received undefined') ? 'is missing' : message;
      return path.length > 0 ? `${path.join('.')}: ${fault}` : fault;
    })
    .join('; ');
