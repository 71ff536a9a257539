import type { HomestayFilter } from '../domain/homestay-search.ts';
import type { Money } from '../domain/money.ts';

export type HomestayFacetsNeeds = {
  listedFacets(
    filter: HomestayFilter,
    limit: number,
  ): Promise<{
    cities: { city: string; count: number }[];
    currencies: { currency: string; count: number; lowest: number; highest: number }[];
  }>;
};

export type HomestayFacets = {
  cities: { city: string; count: number }[];
  prices: { count: number; lowest: Money; highest: Money }[];
};

const maxLookedAt = 10_000;
const maxCities = 100;

/** How the homestays of a search spread over cities and prices. Taken nights are not looked at. */
export async function homestayFacets(
  needs: HomestayFacetsNeeds,
  filter: HomestayFilter,
): Promise<HomestayFacets> {
  const { cities, currencies } = await needs.listedFacets(filter, maxLookedAt);
  return {
    cities: cities.slice(0, maxCities),
    prices: currencies.map(({ currency, count, lowest, highest }) => ({
      count,
      lowest: { amount: lowest, currency },
      highest: { amount: highest, currency },
    })),
  };
}
