import { expect, test } from '@jest/globals';
import { priceRungs } from '../domain/price-ranges.ts';
import { homestayFacets } from './homestay-facets.ts';

const cny = (amount: number) => ({ amount, currency: 'CNY' });
const count = (currency: string, from: number, of: number, lowest: number, highest: number) => ({
  ...{ currency, from, count: of, lowest, highest },
});

test('prices are told by currency, the most frequent first, in ranges from the lowest', async () => {
  const prices = [
    count('CNY', 200, 1, 300, 300),
    count('CNY', 0, 2, 50, 90),
    count('JPY', priceRungs.at(-1) as number, 4, 8e11, 9e11),
  ];
  const asked: unknown[] = [];
  const found = await homestayFacets(
    {
      listedFacets: async (...args) => {
        asked.push(args);
        return { cities: [], prices };
      },
    },
    { city: 'Suzhou' },
  );
  expect(asked).toEqual([[{ city: 'Suzhou' }, 10_000, priceRungs]]);
  expect(found.prices.map(({ count, lowest }) => [count, lowest.currency])).toEqual([
    [4, 'JPY'],
    [3, 'CNY'],
  ]);
  expect(found.prices[0]?.ranges[0]?.below).toBeNull();
  expect(found.prices[1]).toEqual({
    count: 3,
    lowest: cny(50),
    highest: cny(300),
    ranges: [
      { count: 2, from: cny(0), below: cny(100) },
      { count: 1, from: cny(200), below: cny(500) },
    ],
  });
});

test('at most a hundred cities are told, in the order they are found', async () => {
  const cities = Array.from({ length: 101 }, (_, i) => ({ city: `city ${i}`, count: 200 - i }));
  const listedFacets = async () => ({ cities, prices: [] });
  const found = await homestayFacets({ listedFacets }, {});
  expect(found).toEqual({ cities: cities.slice(0, 100), prices: [] });
});
