import { Temporal } from 'temporal-polyfill';

/** Two calendar dates: check-in, whose night is included, and check-out, whose night is not. */
export type Stay = { checkIn: string; checkOut: string };

/** How many nights a stay has; zero or less if its check-out is not after its check-in. */
export const nightCount = ({ checkIn, checkOut }: Stay): number =>
  Temporal.PlainDate.from(checkIn).until(checkOut, { largestUnit: 'day' }).days;

/** The dates of a stay's nights, in ascending order. */
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

/** The date so many days later. */
export const addDays = (date: string, days: number): string =>
  Temporal.PlainDate.from(date).add({ days }).toString();
