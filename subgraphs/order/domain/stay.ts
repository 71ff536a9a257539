import { datesBetween, daysBetween } from '../../../runtime/calendar.ts';

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
export const nightsOf = ({ checkIn, checkOut }: Stay): string[] => datesBetween(checkIn, checkOut);
