import { currencies, decimalsOf } from '../../../../runtime/currency.ts';
import type { Money } from '../../domain/payment.ts';
import type { AmountLimits } from '../../domain/provider.ts';

/**
 * Where Stripe's unit is not the minor unit of ISO 4217: https://docs.stripe.com/currencies
 * (special cases). Sent as if they had two decimals: ISK, UGX. Without decimals: MGA.
 */
const decimalsAtStripe: Record<string, number> = { ISK: 2, UGX: 2, MGA: 0 };

/** Stripe's smallest charges, in its own unit, for the currencies that it publishes one for. */
const smallest: Record<string, number> = {
  USD: 50,
  AED: 200,
  AUD: 50,
  BRL: 50,
  CAD: 50,
  CHF: 50,
  CZK: 1_500,
  DKK: 250,
  EUR: 50,
  GBP: 30,
  HKD: 400,
  HUF: 17_500,
  INR: 50,
  JPY: 50,
  MXN: 1_000,
  MYR: 200,
  NOK: 300,
  NZD: 50,
  PLN: 200,
  RON: 200,
  SEK: 300,
  SGD: 50,
  THB: 1_000,
};
const largest = 99_999_999;

/** Currencies of ISO 4217 that are not among https://docs.stripe.com/currencies. */
const notTaken = new Set([
  ...['CUP', 'ERN', 'IQD', 'IRR', 'KPW', 'LYD', 'MRU', 'SDG', 'SSP', 'SVC', 'SYP', 'TMT', 'VES'],
  'ZWG',
]);

const decimals = (currency: string): number => decimalsAtStripe[currency] ?? decimalsOf(currency);

/** How many of our minor units are one of Stripe's, or the other way round, as powers of ten. */
const shift = (currency: string): number => decimals(currency) - decimalsOf(currency);

/** With three decimals, the last must be 0. */
const stepAtStripe = (currency: string): number => (decimals(currency) === 3 ? 10 : 1);

/**
 * An amount in Stripe's unit.
 * @throws RangeError if Stripe's unit is too coarse for it: `limits` says so before
 */
export function toStripe({ amount, currency }: Money): number {
  const by = shift(currency);
  const units = by >= 0 ? amount * 10 ** by : amount / 10 ** -by;
  if (!Number.isSafeInteger(units)) throw new RangeError(`${amount} ${currency} at Stripe`);
  return units;
}

/** Stripe's amount in ISO 4217 minor units. Stripe writes currencies in lower case. */
export function fromStripe(units: number, stripeCurrency: string): Money {
  const currency = stripeCurrency.toUpperCase();
  const by = shift(currency);
  return { amount: by >= 0 ? Math.floor(units / 10 ** by) : units * 10 ** -by, currency };
}

/** What Stripe takes in a currency. */
export function stripeLimits(currency: string): AmountLimits | null {
  if (!currencies.includes(currency) || notTaken.has(currency)) return null;
  const by = shift(currency);
  const stepUnits = stepAtStripe(currency);
  const step = by >= 0 ? Math.max(1, stepUnits / 10 ** by) : stepUnits * 10 ** -by;
  const inMinor = (units: number, round: (value: number) => number) =>
    by >= 0 ? round(units / 10 ** by) : units * 10 ** -by;
  return {
    smallest: Math.max(step, inMinor(smallest[currency] ?? 1, Math.ceil)),
    largest: inMinor(largest, Math.floor),
    step,
  };
}
