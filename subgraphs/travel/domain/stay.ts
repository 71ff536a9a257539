import { datesBetween, daysBetween } from '../../../runtime/calendar.ts';

/** Two calendar dates: check-in, whose night is included, and check-out, whose night is not. */
export type Stay = { checkIn: string; checkOut: string };

/** How many nights a stay has; zero or less if its check-out is not after its check-in. */
export const nightCount = ({ checkIn, checkOut }: Stay): number => daysBetween(checkIn, checkOut);

/** The dates of a stay's nights, in ascending order. */
export const nightsOf = ({ checkIn, checkOut }: Stay): string[] => datesBetween(checkIn, checkOut);
