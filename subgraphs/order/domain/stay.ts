import { Temporal } from 'temporal-polyfill';

/** Two calendar dates (yyyy-MM-dd) in the homestay's time zone: the first night, and the day of departure. */
export type Stay = { checkIn: string; checkOut: string };

/** How many nights a stay has; zero or less where the check-out is not after the check-in. */
export const nightCount = ({ checkIn, checkOut }: Stay): number =>
  Temporal.PlainDate.from(checkIn).until(checkOut, { largestUnit: 'day' }).days;

/** The dates of a stay's nights in ascending order: from the check-in date up to, and without, the check-out date. */
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

/** How many days lie between two dates; negative where the second is the earlier. */
export const daysBetween = (from: string, to: string): number =>
  nightCount({ checkIn: from, checkOut: to });
