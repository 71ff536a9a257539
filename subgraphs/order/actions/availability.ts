import { addDays, dateIn } from '../../../runtime/calendar.ts';
import { clientError } from '../../../runtime/errors.ts';
import { nightCount, nightsOf, type Stay } from '../domain/stay.ts';
import type { OrderLimits } from '../domain/stay-rules.ts';

const maxNights = 366;
const maxNightsOfRequest = 10_000;

/**
 * The nights from `from` up to, but not including, `to`.
 * @throws BAD_USER_INPUT unless they are 1 to 366
 */
export function nightsBetween(from: string, to: string): string[] {
  const stay: Stay = { checkIn: from, checkOut: to };
  const count = nightCount(stay);
  if (count < 1 || count > maxNights) {
    throw clientError('BAD_USER_INPUT', `\`to\` must be 1 to ${maxNights} days after \`from\`.`);
  }
  return nightsOf(stay);
}

/** Counts the nights that one request asks for, over all its homestays and aliases. */
export type NightLimit = (nights: { length: number }) => void;

/**
 * @returns throws BAD_USER_INPUT beyond 10,000 nights, so that one request does not block everybody
 *   else
 */
export function nightLimit(): NightLimit {
  let counted = 0;
  return ({ length }) => {
    counted += length;
    if (counted > maxNightsOfRequest) {
      throw clientError(
        'BAD_USER_INPUT',
        `One request can ask for ${maxNightsOfRequest} nights at most.`,
      );
    }
  };
}

/** The first night that may be booked now, and the last. */
export type BookableNights = { first: string; last: string };

/** The last night is that of the longest stay which begins as late as it may. */
export function bookableNights(
  { limits }: { limits: Pick<OrderLimits, 'maxDaysAhead' | 'maxNights'> },
  timeZone: string,
  now: Date,
): BookableNights {
  const first = dateIn(timeZone, now);
  return { first, last: addDays(first, limits.maxDaysAhead + limits.maxNights - 1) };
}

/** Each night with whether it can be booked. */
export const availability = (
  nights: readonly string[],
  held: ReadonlySet<string>,
  { first, last }: BookableNights,
): { night: string; free: boolean }[] =>
  nights.map((night) => ({ night, free: night >= first && night <= last && !held.has(night) }));
