/** How many homestays of a search lie in a city. */
export type CityCount = { city: string; count: number };

/**
 * How many homestays of a search have prices in a currency from a rung up to the next, and which,
 * in minor units: see `priceRungs`.
 */
export type PriceCount = {
  currency: string;
  from: number;
  count: number;
  lowest: number;
  highest: number;
};
