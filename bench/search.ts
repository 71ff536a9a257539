import { Registry } from 'prom-client';
import { type Database, openDatabase } from '../runtime/mongo.ts';
import type { Homestay } from '../subgraphs/travel/domain/homestay.ts';
import {
  type HomestayFilter,
  type HomestaySort,
  positionOf,
} from '../subgraphs/travel/domain/homestay-search.ts';
import { priceRungs } from '../subgraphs/travel/domain/price-ranges.ts';
import {
  homestayCollection,
  toHomestayDocument,
} from '../subgraphs/travel/store/homestay-document.ts';
import { openHomestays } from '../subgraphs/travel/store/homestays.ts';
import { aHomestay } from '../testing/catalogue.ts';
import { migrateTestDatabases, testDatabasePrefix } from '../testing/database.ts';
import { eachQuery } from './each-query.ts';
import type { Benchmark, Figures, Row } from './rows.ts';
import { withMongo } from './stage.ts';

/** So many homestays lie in each city, however many there are in all. */
const inOneCity = 50;
const cityOf = (number: number) => `City ${Math.floor(number / inOneCity)}`;
const limit = 24;

/**
 * What a search asks of the travel service's database, among few homestays and among many. A number
 * says how many are many.
 */
export const run: Benchmark = async ({ quick, rest: [given] }) => {
  const sizes = [1_000, Number(given ?? (quick ? 10_000 : 100_000))];
  const rows: Row[] = [];
  await withMongo(async (uri) => {
    for (const size of sizes) {
      console.error(`  ${size} homestays`);
      const database = await filled(uri, size);
      for (const [task, figures] of Object.entries(await measured(database, size)))
        rows.push({
          ...{ benchmark: 'search', task, subject: `among ${size} homestays`, figures, by: 'p50' },
          role: size === sizes.at(-1) ? 'ours' : 'floor',
        });
      await database.stop();
    }
  });
  return rows;
};

/** Cities lie in a grid, so that as many homestays are near a place, however many there are. */
function homestayAt(number: number): Homestay {
  const city = Math.floor(number / inOneCity);
  const { importedRating, arrivedAt, ...row } = aHomestay({
    id: `home-${String(number).padStart(7, '0')}`,
    title: `House of ${cityOf(number).replace(' ', '')}`,
    city: cityOf(number),
    latitude: -60 + Math.floor(city / 60) * 2 + (number % inOneCity) / 1_000,
    longitude: -170 + (city % 60) * 5,
    price: { amount: 5_000 + ((number * 7_919) % 90_000), currency: 'CNY' },
    preferred: number % 10 === 0,
  });
  const rating = 1 + ((number * 31) % 400) / 100;
  const arrived = new Date(Date.UTC(2026, 0, 1) + number * 60_000);
  return { ...row, arrivedAt: arrived, rating, bookable: true };
}

async function filled(uri: string, size: number): Promise<Database> {
  const prefix = testDatabasePrefix();
  await migrateTestDatabases(prefix, uri);
  const database = await openDatabase(uri, `${prefix}travel`, {
    metrics: new Registry(),
    // So many documents at once may take the database longer than a request may.
    patient: true,
  });
  const homestays = homestayCollection(database.db);
  for (let done = 0; done < size; done += 1_000) {
    const some = Array.from({ length: 1_000 }, (_, i) =>
      toHomestayDocument(homestayAt(done + i), null),
    );
    await homestays.insertMany(some, { ordered: false });
  }
  return database;
}

async function measured(database: Database, size: number): Promise<Record<string, Figures>> {
  const store = openHomestays(database.db);
  const middle = homestayAt(Math.floor(size / 2));
  const page = (filter: HomestayFilter, sort: HomestaySort = 'RECOMMENDED', from?: Homestay) =>
    eachQuery(database, () =>
      store.listedHomestays({ filter, sort, after: from ? positionOf(from, sort) : null, limit }),
    );
  const { city } = middle;
  const near = { latitude: middle.latitude ?? 0, longitude: middle.longitude ?? 0, radiusKm: 10 };
  const price = { currency: 'CNY', min: 20_000, max: 30_000 };
  return {
    'all, recommended': await page({}),
    'all, a page in the middle': await page({}, 'RECOMMENDED', middle),
    'all, the newest': await page({}, 'NEWEST'),
    'a range of prices, the cheapest': await page({ price }, 'CHEAPEST'),
    'one city': await page({ city }),
    'one city, the best rated': await page({ city }, 'BEST_RATED'),
    'words of a title': await page({ text: city.replace(' ', '') }),
    'near a place': await page({ near }),
    'one city: how many, and how they spread': await eachQuery(database, async () => [
      await store.countListed({ city }, 10_001),
      await store.listedFacets({ city }, 10_000, priceRungs),
    ]),
  };
}
