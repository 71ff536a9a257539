import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isCurrency } from '../../../runtime/currency.ts';
import { ImportRefused } from './read-row.ts';
import { isTimeZone } from './time-zone.ts';

/** How to call an import. */
export const usage = `Usage: npm run import -- FILE [--currency CNY] [--time-zone Asia/Shanghai] [--city NAME]

Imports homestays. FILE is JSON lines of our own format (.jsonl), or listings.csv as Inside Airbnb publishes it (.csv),
either of them also gzipped (.gz). What is there already is changed only where the file says something else.

  --currency   the ISO 4217 currency of a CSV's prices; CNY by default
  --time-zone  the IANA time zone of a CSV's homestays; by default that of their coordinates
  --city       the city of a CSV's homestays; by default the neighbourhood group, or the neighbourhood`;

export type Arguments = { file: string; currency: string; timeZone?: string; city?: string };

/**
 * Reads the arguments of an import; null if help is wanted.
 * @param from the directory that a relative file name starts from
 * @throws ImportRefused that says what is wrong
 */
export function readArguments(args: string[], from: string): Arguments | null {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        currency: { type: 'string', default: 'CNY' },
        'time-zone': { type: 'string' },
        city: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    const { currency, 'time-zone': timeZone, city, help } = values;
    if (help) return null;
    if (positionals.length !== 1)
      throw new ImportRefused(`name one file to import, not ${positionals.length}`);
    if (!isCurrency(currency))
      throw new ImportRefused(`--currency ${currency}: there is no such ISO 4217 currency`);
    if (timeZone && !isTimeZone(timeZone))
      throw new ImportRefused(`--time-zone ${timeZone}: there is no such IANA time zone`);
    return { file: resolve(from, positionals[0] as string), currency, timeZone, city };
  } catch (error) {
    throw new ImportRefused(`${(error as Error).message}\n\n${usage}`);
  }
}
