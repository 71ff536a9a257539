import { decimalsOf } from '../../runtime/currency.ts';
import { locale } from './words.ts';

export type Money = { amount: number; currency: string };

/**
 * Amounts as a reader of the page's language writes them. Yen and yuan must not look alike, so a
 * symbol names its country.
 */
export function money({ amount, currency }: Money): string {
  const digits = decimalsOf(currency);
  const whole = amount % 10 ** digits === 0;
  return new Intl.NumberFormat(locale(), {
    style: 'currency',
    currency,
    minimumFractionDigits: whole ? 0 : digits,
    maximumFractionDigits: whole ? 0 : digits,
  }).format(amount / 10 ** digits);
}

/** An amount that a person typed in whole units, in minor units. */
export const minorUnits = (typed: string, currency: string): number =>
  Math.round(Number(typed) * 10 ** decimalsOf(currency));

/** An amount as a person types it, in whole units. */
export const majorUnits = ({ amount, currency }: Money): string =>
  String(amount / 10 ** decimalsOf(currency));

const asDate = (date: string) => new Date(`${date}T00:00:00Z`);

/** A year is said unless it is this one. */
const yearOf = (at: Date) =>
  at.getFullYear() === new Date().getFullYear() ? {} : ({ year: 'numeric' } as const);

export const day = (date: string): string =>
  asDate(date).toLocaleDateString(locale(), {
    day: 'numeric',
    month: 'short',
    ...yearOf(new Date(`${date}T00:00`)),
    timeZone: 'UTC',
  });

/** What a time zone is called: `Japan Time` for `Asia/Tokyo`. */
export const zoneName = (timeZone: string): string =>
  new Intl.DateTimeFormat(locale(), { timeZone, timeZoneName: 'longGeneric' })
    .formatToParts()
    .find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;

export const longDay = (date: string): string =>
  asDate(date)
    .toLocaleDateString(locale(), {
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      timeZone: 'UTC',
    })
    // Where a line is too short, Chinese breaks before the weekday and not within it.
    .replace('日周', '日\u200b周');

export const monthName = (date: string): string =>
  asDate(date).toLocaleDateString(locale(), { month: 'long', year: 'numeric', timeZone: 'UTC' });

export const weekday = (date: string): string =>
  asDate(date).toLocaleDateString(locale(), { weekday: 'short', timeZone: 'UTC' });

/** Monday first. */
export const weekdays = (): string[] =>
  Array.from({ length: 7 }, (_, index) => weekday(`2024-01-0${index + 1}`));

export const instant = (at: string): string =>
  new Date(at).toLocaleString(locale(), {
    day: 'numeric',
    month: 'short',
    ...yearOf(new Date(at)),
    hour: '2-digit',
    minute: '2-digit',
  });

export const clockTime = (at: string): string =>
  new Date(at).toLocaleTimeString(locale(), { hour: '2-digit', minute: '2-digit' });
