import { Temporal } from 'temporal-polyfill';

// A calendar date is a text such as 2026-12-24: it has no instant and no time zone.

/** The calendar date at an instant in a time zone, an IANA name. */
export const dateIn = (timeZone: string, instant: Date): string =>
  Temporal.Instant.fromEpochMilliseconds(instant.getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toString();

/** The last date that a date of four digits for the year can be. */
export const lastDate = '9999-12-31';

/** The date so many days after another. */
export const addDays = (date: string, days: number): string =>
  Temporal.PlainDate.from(date).add({ days }).toString();

/** How many days lie between two dates; negative if the second is the earlier. */
export const daysBetween = (from: string, to: string): number =>
  Temporal.PlainDate.from(from).until(to, { largestUnit: 'day' }).days;

const dayMs = 86_400_000;

/**
 * Every date from the first up to, but not including, the last; ascending. By the thousand, so
 * without an object for each: in UTC a day always has 24 hours.
 */
export function datesBetween(from: string, to: string): string[] {
  const dates: string[] = [];
  const end = Date.parse(to);
  for (let at = Date.parse(from); at < end; at += dayMs)
    dates.push(new Date(at).toISOString().slice(0, 10));
  return dates;
}
