import type { Db } from 'mongodb';
import type { Database } from '../runtime/mongo.ts';
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
import { eachQuery } from './each-query.ts';
import { fewAndMany } from './few-and-many.ts';
import { fill } from './fill.ts';
import type { Benchmark, Figures } from './rows.ts';

/** So many homestays lie in each city, however many there are in all. */
const inOneCity = 50;
const cityOf = (number: number) => `City ${Math.floor(number / inOneCity)}`;
const limit = 24;

/**
 * What a search asks of the travel service's database, among few homestays and among many. A number
 * says how many are many.
 */
export const run: Benchmark = fewAndMany({
  ...{ benchmark: 'search', what: 'homestays', many: { quick: 10_000, whole: 100_000 } },
  async measured(uri, size) {
    const { database } = await fill({ uri, owner: 'travel', size, insert });
    const figures = await measured(database, size);
    await database.stop();
    return figures;
  },
});

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

const insert = (db: Db, numbers: readonly number[]) =>
  homestayCollection(db).insertMany(
    numbers.map((number) => toHomestayDocument(homestayAt(number), null)),
    { ordered: false },
  );

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
