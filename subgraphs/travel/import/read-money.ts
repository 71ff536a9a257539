import { decimalsOf, isCurrency } from '../../../runtime/currency.ts';
import { type Money, maxPrice } from '../domain/money.ts';

/**
 * The currencies that people mean by a sign. `$` alone is not listed: price lists write it for any
 * currency.
 */
const signs: Record<string, string> = {
  '€': 'EUR',
  '£': 'GBP',
  '¥': 'CNY JPY',
  '￥': 'CNY JPY',
  元: 'CNY',
  円: 'JPY',
  'CN¥': 'CNY',
  'JP¥': 'JPY',
  US$: 'USD',
  A$: 'AUD',
  AU$: 'AUD',
  C$: 'CAD',
  CA$: 'CAD',
  HK$: 'HKD',
  NT$: 'TWD',
  NZ$: 'NZD',
  S$: 'SGD',
  MX$: 'MXN',
  R$: 'BRL',
  '₩': 'KRW',
  '₹': 'INR',
  '฿': 'THB',
  '₫': 'VND',
  '₱': 'PHP',
  '₺': 'TRY',
  '₪': 'ILS',
  '₽': 'RUB',
  kr: 'SEK NOK DKK ISK',
  zł: 'PLN',
  Kč: 'CZK',
  Ft: 'HUF',
  RM: 'MYR',
  Rp: 'IDR',
  R: 'ZAR',
};

const written = /^([^\d.,-]*)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?([^\d.,-]*)$/u;

/** Whether what stands before or after the digits can mean this currency. */
function means(mark: string, currency: string): boolean {
  if (mark === '' || mark === '$') return true;
  if (isCurrency(mark)) return mark === currency;
  return signs[mark]?.split(' ').includes(currency) ?? false;
}

/**
 * Reads an amount as price lists write it (`1234`, `$1,234.00`, `EUR 85`) digit by digit, since a
 * float would lose some.
 * @returns null if it is no amount, names another currency, is finer than the minor unit, or is
 *   beyond every price
 */
export function readMoney(text: string, currency: string): Money | null {
  const [, before = '', whole, fraction = '', after = ''] = written.exec(text.trim()) ?? [];
  if (whole === undefined) return null;
  if (!means(before.trim(), currency) || !means(after.trim(), currency)) return null;
  const decimals = decimalsOf(currency);
  if (/[1-9]/.test(fraction.slice(decimals))) return null;
  const digits = whole.replaceAll(',', '') + fraction.slice(0, decimals).padEnd(decimals, '0');
  const amount = Number(digits);
  return amount <= maxPrice ? { amount, currency } : null;
}
