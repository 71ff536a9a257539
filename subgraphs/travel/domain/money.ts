/** An amount in the currency's minor unit: `{ amount: 19900, currency: 'CNY' }` is 199.00 yuan. */
export type Money = { amount: number; currency: string };

/**
 * How many decimals a currency has: CNY 2, JPY 0.
 * @throws RangeError where it is no ISO 4217 code
 */
export const decimalsOf = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions()
    .maximumFractionDigits ?? 0;

const written = /^[^\d.,-]*(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?$/;

/**
 * Reads an amount as price lists write it (`1234`, `$1,234.00`) digit by digit, since a float would lose some.
 * @returns null where it is no amount, or finer than the currency's minor unit
 */
export function readMoney(text: string, currency: string): Money | null {
  const [, whole, fraction = ''] = written.exec(text.trim()) ?? [];
  if (whole === undefined) return null;
  const decimals = decimalsOf(currency);
  if (/[1-9]/.test(fraction.slice(decimals))) return null;
  const amount = Number(
    whole.replaceAll(',', '') + fraction.slice(0, decimals).padEnd(decimals, '0'),
  );
  return Number.isSafeInteger(amount) ? { amount, currency } : null;
}
