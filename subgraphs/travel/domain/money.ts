/** An amount in the currency's minor unit: `{ amount: 19900, currency: 'CNY' }` is 199.00 yuan. */
export type Money = { amount: number; currency: string };

/**
 * The highest price of a night, in minor units. A year for 24 guests then stays below 2^53, where
 * integers are exact; what is more the order service refuses.
 */
export const maxPrice = 1_000_000_000_000;
