/**
 * The currencies of ISO 4217 (list one, as amended until 2026) by the decimals of their minor unit.
 * Funds codes, metals and test codes are left out, because nobody pays with them. `Intl` can't be
 * used: its decimals differ from ISO 4217 for some currencies, and change with the version of Node.
 */
const codesByDecimals: Record<number, string> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF',
  2: `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
    CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL
    HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT
    MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB
    SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH
    USD UYU UZS VES WST XCD XCG YER ZAR ZMW ZWG`,
  3: 'BHD IQD JOD KWD LYD OMR TND',
};

const decimals = new Map(
  Object.entries(codesByDecimals).flatMap(([digits, codes]) =>
    codes.split(/\s+/).map((code) => [code, Number(digits)] as const),
  ),
);

/** Every currency that money can be in, as upper-case ISO 4217 codes. */
export const currencies: readonly string[] = [...decimals.keys()].sort();

/** Whether it is the upper-case ISO 4217 code of a currency that money can be in. */
export const isCurrency = (code: string): boolean => decimals.has(code);

/**
 * The decimals of a currency's minor unit: CNY 2, JPY 0, KWD 3; 2 for a code that ISO 4217 no
 * longer lists.
 */
export const decimalsOf = (currency: string): number => decimals.get(currency) ?? 2;

/**
 * An amount in minor units as people write it in English: 19900 CNY is `CN¥199.00`. Yen and yuan,
 * and the dollars of several countries, must not look alike, so a symbol names its country.
 */
export function moneyText({ amount, currency }: { amount: number; currency: string }): string {
  const digits = decimalsOf(currency);
  const text = String(Math.abs(amount)).padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  // The digits go in as text, because a fraction of a float is not exact.
  const exact = `${amount < 0 ? '-' : ''}${whole}.${text.slice(text.length - digits)}`;
  return new Intl.NumberFormat('en-GB', {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(exact as `${number}`);
}
