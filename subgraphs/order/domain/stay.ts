import { Temporal } from 'temporal-polyfill';

/**
 * Two calendar dates (yyyy-MM-dd) in the homestay's time zone: the first night, and the day of
 * departure.
 */
export type Stay = { checkIn: string; checkOut: string };

/** How many nights a stay has; zero or less if the check-out is not after the check-in. */
export const nightCount = ({ checkIn, checkOut }: Stay): number => daysBetween(checkIn, checkOut);

/**
 * The dates of a stay's nights, ascending: from the check-in date up to, but not including, the
 * check-out date.
 */
export function nightsOf(stay: Stay): string[] {
  const first = Temporal.PlainDate.from(stay.checkIn);
  return Array.from({ length: Math.max(0, nightCount(stay)) }, (_, day) =>
    first.add({ days: day }).toString(),
  );
}

/** The calendar date at an instant in a time zone. */
export const dateIn = (timeZone: string, instant: Date): string =>
  Temporal.Instant.fromEpochMilliseconds(instant.getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toString();

/** The date so many days after another. */
export const addDays = (date: string, days: number): string =>
  Temporal.PlainDate.from(date).add({ days }).toString();

/** How many days lie between two dates; negative if the second is the earlier. */
export const daysBetween = (from: string, to: string): number =>
  Temporal.PlainDate.from(from).until(to, { largestUnit: 'day' }).days;
