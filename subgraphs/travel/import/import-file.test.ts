import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Database } from '../../../runtime/mongo.ts';
import { aComment, aHomestay, aShop } from '../../../testing/catalogue.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { type CatalogueCollections, catalogueCollections } from '../store/catalogue-collections.ts';
import { type CatalogueWriter, openCatalogueWriter } from '../store/catalogue-writer.ts';
import { importOwnCatalogue } from './import-catalogue.ts';
import { type ImportOptions, importFile } from './import-file.ts';

let database: Database;
let directory: string;
let writer: CatalogueWriter;
let stored: CatalogueCollections;

beforeAll(async () => {
  database = await freshDatabase('travel');
  directory = await mkdtemp(join(tmpdir(), 'homestay-import-'));
  stored = catalogueCollections(database.db);
  writer = openCatalogueWriter(database);
});

beforeEach(async () => {
  for (const collection of Object.values(stored)) await collection.deleteMany({});
});

afterAll(async () => {
  await database.stop();
  await rm(directory, { recursive: true });
});

async function importText(
  name: string,
  content: string | Buffer,
  options: Partial<ImportOptions> = {},
) {
  const file = join(directory, name);
  await writeFile(file, content);
  const problems: string[] = [];
  const notes: string[] = [];
  const progress: number[] = [];
  const summary = await importFile(file, writer, {
    currency: 'CNY',
    note: (sentence) => notes.push(sentence),
    problem: (line, reason) => problems.push(`${line}: ${reason}`),
    progress: (rows) => progress.push(rows),
    ...options,
  });
  return { summary, problems, notes, progress };
}

const summaryColumns =
  'id,name,host_id,host_name,neighbourhood_group,neighbourhood,latitude,longitude,room_type,price,minimum_nights';
const aRow = (id: string, price = '250', name = 'A flat') =>
  `${id},${name},7,Wei,,Chaoyang,39.9,116.4,Private room,${price},2`;
const summaryFile = (...rows: string[]) => [summaryColumns, ...rows, ''].join('\n');

describe('a summary of five thousand rows', () => {
  const badRows: [string, string][] = [
    [aRow('bad-1', ''), 'price: is empty'],
    [aRow('bad-2', 'ask me'), 'price: "ask me" is no price in CNY'],
    [aRow('bad-3', '0'), 'price: "0" is no price in CNY'],
    ['bad-4,too,short', 'has 3 columns where the header has 11'],
    [aRow('bad-5').replace('39.9', '139.9'), 'latitude: must be a number from -90 to 90'],
    [aRow('bad-6').replace('116.4', 'east'), 'longitude: must be a number from -180 to 180'],
    [aRow(''), 'id: is empty'],
    [
      aRow('bad-8').replace('39.9,116.4', ','),
      'latitude, longitude: are empty, so its time zone is unknown (--time-zone)',
    ],
    [aRow('bad-9').replace(/2$/, '1.5'), 'minimum_nights: must be a whole number'],
    [aRow('0'), 'id: the homestay 0 is on line 2 already'],
  ];
  const lines = [summaryColumns];
  const expectedProblems: string[] = [];
  for (let n = 0; n < 5_000; n += 1) {
    const bad = n % 500 === 499 ? badRows[(n - 499) / 500] : undefined;
    const name = n % 3 === 0 ? `"Flat ""${n}"", quiet\nand green"` : `Flat ${n}`;
    if (bad) expectedProblems.push(`${lines.join('\n').split('\n').length + 1}: ${bad[1]}`);
    lines.push(
      bad
        ? bad[0]
        : `${n},${name},${n % 900},Host ${n % 900},,Chaoyang,39.9,116.4,Private room,${100 + n},${1 + (n % 3)}`,
    );
  }
  const file = `\uFEFF${lines.join('\n')}\n`;

  test('is imported except for its bad rows, whose lines are reported; a second import changes nothing', async () => {
    const first = await importText('listings.csv', file);
    expect(first.problems.sort()).toEqual(expectedProblems.sort());
    expect(first.summary).toEqual({
      shop: { added: 900, changed: 0, unchanged: 0 },
      homestay: { added: 4_990, changed: 0, unchanged: 0 },
      comment: { added: 0, changed: 0, unchanged: 0 },
      rows: 5_000,
      skipped: 10,
    });
    expect(first.notes).toEqual([
      'Prices are taken as CNY, since the file names no currency (--currency).',
      'Every homestay is taken to have room for 2 guests, since the file does not say.',
    ]);
    expect(first.progress).toEqual([
      500, 1_000, 1_500, 2_000, 2_500, 3_000, 3_500, 4_000, 4_500, 5_000, 5_000,
    ]);
    const before = await stored.homestays.find().sort({ _id: 1 }).toArray();

    const second = await importText('listings.csv', file);
    expect(second.summary).toMatchObject({
      shop: { added: 0, changed: 0, unchanged: 900 },
      homestay: { added: 0, changed: 0, unchanged: 4_990 },
    });
    expect(await stored.homestays.find().sort({ _id: 1 }).toArray()).toEqual(before);
  });

  test('of which some have changed, changes those', async () => {
    await importText('listings.csv', file);
    const { summary } = await importText(
      'listings.csv',
      file.replaceAll(/room,(10[1-5]),/g, 'room,9$1,'),
    );
    expect(summary.homestay).toEqual({ added: 0, changed: 5, unchanged: 4_985 });
    expect(await stored.homestays.findOne({ _id: '1' })).toMatchObject({
      price: { amount: 910_100 },
    });
  });
});

test('a summary’s row becomes a homestay and its host’s shop', async () => {
  await importText(
    'listings.csv',
    summaryFile('42,"Loft, with a view",7,Wei,,Chaoyang,39.9,116.4,Entire home/apt,250,3'),
  );
  expect(await stored.shops.findOne()).toEqual({
    _id: 'shop-7',
    schemaVersion: 1,
    name: 'Wei',
    info: '',
    hostId: 'host-7',
    open: true,
  });
  expect(await stored.homestays.findOne()).toMatchObject({
    _id: '42',
    shopId: 'shop-7',
    title: 'Loft, with a view',
    subTitle: 'Entire home/apt',
    city: 'Chaoyang',
    neighbourhood: 'Chaoyang',
    timeZone: 'Asia/Shanghai',
    capacity: 2,
    minimumNights: 3,
    maximumNights: null,
    price: { amount: 25_000, currency: 'CNY' },
    bookable: true,
  });
});

test('a detailed file’s columns are found by name, and its prices read in the currency that is given', async () => {
  const columns =
    'id,listing_url,name,description,picture_url,host_id,host_name,host_about,neighbourhood,neighbourhood_cleansed,neighbourhood_group_cleansed,latitude,longitude,property_type,room_type,accommodates,bedrooms,price,minimum_nights,review_scores_rating';
  const row =
    '9,https://listings.example/9,Machiya,"Narrow,<br />long and <b>dark</b>.",https://pictures.example/9.jpg,3,Mori,N/A,"Kyoto, Japan",Higashiyama,Kyoto,35.0,135.77,Entire townhouse,Entire home/apt,5,2,"$12,000.00",2,4.87';
  await importText('listings.csv', `${columns}\r\n${row}\r\n`, { currency: 'JPY' });
  expect(await stored.homestays.findOne()).toMatchObject({
    title: 'Machiya',
    subTitle: 'Entire townhouse',
    info: 'Narrow,\nlong and dark.',
    banner: 'https://pictures.example/9.jpg',
    city: 'Kyoto',
    neighbourhood: 'Higashiyama',
    timeZone: 'Asia/Tokyo',
    capacity: 5,
    price: { amount: 12_000, currency: 'JPY' },
    rating: 4.87,
  });
});

test('F9: a detailed file says for how many nights a homestay is let, and whether it is let now', async () => {
  const columns = 'id,name,host_id,price,minimum_nights,maximum_nights,has_availability';
  const rows = ['1,A,7,99,2,14,t', '2,B,7,99,1,1125,f', '3,C,7,99,1,2147483647,', '4,D,7,99,5,4,t'];
  const { problems } = await importText('listings.csv', `${columns}\n${rows.join('\n')}\n`, {
    timeZone: 'Europe/Oslo',
    city: 'Oslo',
  });
  expect(problems).toEqual(['5: maximumNights: must not be less than minimumNights']);
  const found = await stored.homestays.find().sort({ _id: 1 }).toArray();
  expect(
    found.map(({ minimumNights, maximumNights, bookable }) => [
      minimumNights,
      maximumNights,
      bookable,
    ]),
  ).toEqual([
    [2, 14, true],
    [1, 1125, false],
    [1, null, true],
  ]);
});

test('a name is cut between characters, so that importing it again changes nothing', async () => {
  const file = summaryFile(aRow('1', '250', `${'x'.repeat(199)}🏠`));
  await importText('listings.csv', file);
  expect((await stored.homestays.findOne())?.title).toBe('x'.repeat(199));
  expect((await importText('listings.csv', file)).summary.homestay.unchanged).toBe(1);
});

test('a price in another currency than the file’s is refused', async () => {
  const rows = [aRow('1', 'CHF 120.00'), aRow('2', 'US$85'), aRow('3', '$85.00')];
  const { problems } = await importText('listings.csv', summaryFile(...rows), { currency: 'EUR' });
  expect(problems).toEqual([
    '2: price: "CHF 120.00" is no price in EUR',
    '3: price: "US$85" is no price in EUR',
  ]);
});

test('F12: a file in Windows-1252 is refused before anything of it is imported', async () => {
  const good = Array.from({ length: 600 }, (_, n) => aRow(`${n}`));
  const file = Buffer.from(summaryFile(...good, aRow('x', '250', 'Café Zürich')), 'latin1');
  await expect(importText('listings.csv', file)).rejects.toThrow('line 602 is not UTF-8');
  await expect(importText('own.jsonl', Buffer.from('"Café"', 'latin1'))).rejects.toThrow('line 1');
  expect(await stored.homestays.countDocuments()).toBe(0);
});

test('time zone and city can be given where the file has none', async () => {
  const { summary } = await importText('listings.csv', 'name,id,price,host_id\nA flat,1,99,7\n', {
    timeZone: 'Europe/Lisbon',
    city: 'Lisbon',
  });
  expect(summary.homestay.added).toBe(1);
  expect(await stored.homestays.findOne()).toMatchObject({
    timeZone: 'Europe/Lisbon',
    city: 'Lisbon',
    neighbourhood: null,
  });
});

test('a quote that is not closed costs the rest of the file, and its line is reported', async () => {
  const { summary, problems } = await importText(
    'listings.csv',
    summaryFile(aRow('1'), aRow('2', '250', '"open'), aRow('3')),
  );
  expect(problems).toEqual(['3: opens a quote that is not closed before the end of the file']);
  expect(summary).toMatchObject({ homestay: { added: 1 }, skipped: 1 });
});

test('quotes and spaces out of place do no harm', async () => {
  const rows = [
    aRow('1', '250', '5" from the sea'),
    '',
    aRow('2', ' "$1,250.50"').replace(' "', '"'),
    aRow('3', '250', '"a" b'),
  ];
  const { problems } = await importText('listings.csv', summaryFile(...rows));
  expect(problems).toEqual([]);
  expect(
    (await stored.homestays.find().sort({ _id: 1 }).toArray()).map(({ title, price }) => [
      title,
      price.amount,
    ]),
  ).toEqual([
    ['5" from the sea', 25_000],
    ['A flat', 125_050],
    ['"a" b', 25_000],
  ]);
});

describe('our own format', () => {
  const line = (type: string, row: object) => JSON.stringify({ type, ...row });
  const { importedRating, ...homestay } = aHomestay();
  const file = [
    line('shop', aShop()),
    line('homestay', homestay),
    line('comment', aComment({ stars: 4 })),
    '',
  ].join('\n');

  test('holds shops, homestays and comments; ratings follow from the comments', async () => {
    const { summary, problems } = await importText('own.jsonl', `\uFEFF${file}\n\n`);
    expect(problems).toEqual([]);
    expect(summary).toMatchObject({
      shop: { added: 1 },
      homestay: { added: 1 },
      comment: { added: 1 },
      skipped: 0,
    });
    expect(await stored.homestays.findOne()).toMatchObject({ rating: 4, bookable: true });
    const again = await importText('own.jsonl', file);
    expect(again.summary).toMatchObject({ homestay: { unchanged: 1 }, comment: { unchanged: 1 } });
  });

  test('may be gzipped', async () => {
    expect((await importText('own.jsonl.gz', gzipSync(file))).summary.rows).toBe(3);
  });

  test.each([
    ['{"type":"shop"', /^1: is not JSON/],
    ['[]', /^1: .*is neither a shop, a homestay nor a comment/],
    [line('house', aShop()), /^1: .*is neither a shop, a homestay nor a comment/],
    [line('shop', { ...aShop(), open: 'yes' }), /^1: open: /],
    [line('shop', { ...aShop(), opne: true }), /^1: .*opne/],
    [
      line('homestay', { ...homestay, shopId: 'elsewhere' }),
      /^1: shopId: there is no shop elsewhere$/,
    ],
    [
      line('homestay', { ...homestay, timeZone: 'Mars/Olympus' }),
      /^1: timeZone: is no IANA time zone$/,
    ],
    [
      line('homestay', { ...homestay, price: { amount: 1.5, currency: 'CNY' } }),
      /^1: price.amount: /,
    ],
    [
      line('homestay', { ...homestay, price: { amount: 1, currency: 'XYZ' } }),
      /^1: price.currency: is no ISO 4217 currency$/,
    ],
    [
      line('homestay', { ...homestay, price: { amount: 2 ** 53 - 1, currency: 'CNY' } }),
      /^1: price.amount: /,
    ],
    [
      line('homestay', { ...homestay, minimumNights: 3, maximumNights: 2 }),
      /^1: maximumNights: must not be less/,
    ],
    [line('homestay', { ...homestay, title: 'x'.repeat(201) }), /^1: title: .*200 characters/],
    [
      line('homestay', { ...homestay, foodPrice: { amount: 1, currency: 'EUR' } }),
      /^1: .* must be in one currency$/,
    ],
    [
      line('comment', aComment({ homestayId: 'nowhere' })),
      /^1: homestayId: there is no homestay nowhere$/,
    ],
    [line('comment', aComment({ stars: 6 })), /^1: stars: /],
  ])('a bad row is reported and skipped: %s', async (row, reason) => {
    const { summary, problems } = await importText('own.jsonl', row);
    expect(problems).toEqual([expect.stringMatching(reason)]);
    expect(summary.skipped).toBe(1);
  });
});

describe('cannot be imported', () => {
  test.each([
    [
      'a file of unknown type',
      'listings.xlsx',
      'x',
      /of no known type: .* \.jsonl, \.ndjson, \.csv/,
    ],
    ['an empty file', 'own.jsonl', ' \n\n', /the file is empty/],
    ['an empty CSV', 'listings.csv', '', /there is no header/],
    [
      'a CSV of something else',
      'listings.csv',
      'date,amount\n1,2\n',
      /no column `id`, `name`.*begins with `date`, `amount`/,
    ],
    ['what is not gzip', 'own.jsonl.gz', 'plain', /cannot be read: incorrect header check/],
    [
      'a quote that swallows a megabyte',
      'listings.csv',
      summaryFile(aRow('1'), aRow('2', '1', `"${'x'.repeat(1_100_000)}`)),
      /a quote not closed/,
    ],
  ])('%s', async (_, name, content, message) => {
    await expect(importText(name, content)).rejects.toThrow(message);
  });

  test('a file that is not there, or is a directory', async () => {
    const options = { currency: 'CNY', note: () => {}, problem: () => {}, progress: () => {} };
    await expect(importFile(join(directory, 'none.csv'), writer, options)).rejects.toThrow(
      /none\.csv cannot be read: ENOENT/,
    );
    for (const name of ['dir.csv', 'dir.jsonl']) {
      await mkdir(join(directory, name));
      await expect(importFile(join(directory, name), writer, options)).rejects.toThrow(
        /cannot be read: EISDIR/,
      );
    }
  });
});

test('a rating is the average of the comments, or else the source’s', async () => {
  const ratings = async () =>
    (await stored.homestays.find().sort({ _id: 1 }).toArray()).map(({ rating }) => rating);
  await writer.write({ shop: [aShop()] });
  const homestays = [aHomestay({ id: 'a', importedRating: 3 }), aHomestay({ id: 'b' })];
  await writer.write({ homestay: homestays });
  expect(await ratings()).toEqual([3, null]);
  await writer.write({
    comment: [
      aComment({ id: '1', homestayId: 'a', stars: 5 }),
      aComment({ id: '2', homestayId: 'a', stars: 4 }),
    ],
  });
  expect(await ratings()).toEqual([4.5, null]);
  await writer.write({ comment: [aComment({ id: '1', homestayId: 'b', stars: 2 })] });
  expect(await ratings()).toEqual([4, 2]);
  await writer.write({ comment: [aComment({ id: '2', homestayId: 'b', stars: 3 })] });
  expect(await ratings()).toEqual([3, 2.5]);
  expect(await writer.write({ homestay: homestays })).toMatchObject({
    homestay: { changed: 0, unchanged: 2 },
  });
});

test('our own catalogue is imported into an empty database only', async () => {
  const added = await importOwnCatalogue(writer);
  expect(added).toBeGreaterThanOrEqual(40);
  expect(await importOwnCatalogue(writer)).toBe(0);
  const homestays = await stored.homestays.find().toArray();
  expect(new Set(homestays.map(({ timeZone }) => timeZone)).size).toBeGreaterThan(3);
  expect(homestays.filter(({ bookable }) => !bookable).length).toBeGreaterThanOrEqual(3);
});
