import type { HomestayFilter } from '../domain/homestay-search.ts';
import type { Money } from '../domain/money.ts';
import { nextRung, priceRungs } from '../domain/price-ranges.ts';
import type { CityCount, PriceCount } from '../domain/search-counts.ts';

export type HomestayFacetsNeeds = {
  listedFacets(
    filter: HomestayFilter,
    limit: number,
    rungs: readonly number[],
  ): Promise<{ cities: CityCount[]; prices: PriceCount[] }>;
};

export type PriceRange = { count: number; from: Money; below: Money | null };
export type HomestayFacets = {
  cities: CityCount[];
  prices: { count: number; lowest: Money; highest: Money; ranges: PriceRange[] }[];
};

const maxLookedAt = 10_000;
const maxCities = 100;

/** How the homestays of a search spread over cities and prices. Taken nights are not looked at. */
export async function homestayFacets(
  needs: HomestayFacetsNeeds,
  filter: HomestayFilter,
): Promise<HomestayFacets> {
  const { cities, prices } = await needs.listedFacets(filter, maxLookedAt, priceRungs);
  const currencies = [...new Set(prices.map(({ currency }) => currency))].sort();
  return {
    cities: cities.slice(0, maxCities),
    prices: currencies
      .map((currency) =>
        priceFacet(
          currency,
          prices.filter((one) => one.currency === currency),
        ),
      )
      .sort((a, b) => b.count - a.count),
  };
}

function priceFacet(currency: string, counts: readonly PriceCount[]) {
  const money = (amount: number): Money => ({ amount, currency });
  return {
    count: counts.reduce((sum, { count }) => sum + count, 0),
    lowest: money(Math.min(...counts.map(({ lowest }) => lowest))),
    highest: money(Math.max(...counts.map(({ highest }) => highest))),
    ranges: [...counts]
      .sort((a, b) => a.from - b.from)
      .map(({ count, from }) => {
        const below = nextRung(from);
        return { count, from: money(from), below: below === null ? null : money(below) };
      }),
  };
}
