import { clientError } from '../../../runtime/errors.ts';
import { nightCount, nightsOf, type Stay } from '../domain/stay.ts';

const maxNights = 366;
const maxNightsOfRequest = 10_000;

/** The nights from `from` up to, and without, `to`. @throws BAD_USER_INPUT where there are none, or more than 366 */
export function nightsAsked(from: string, to: string): string[] {
  const stay: Stay = { checkIn: from, checkOut: to };
  const count = nightCount(stay);
  if (count < 1 || count > maxNights) {
    throw clientError('BAD_USER_INPUT', `\`to\` must be 1 to ${maxNights} days after \`from\`.`);
  }
  return nightsOf(stay);
}

/** Counts the nights that one request asks about, for however many homestays and under however many names. */
export type NightCounter = (nights: readonly string[]) => void;

/** @returns a counter that throws BAD_USER_INPUT beyond 10,000 nights: so many would keep everybody else waiting */
export function nightCounter(): NightCounter {
  let asked = 0;
  return ({ length }) => {
    asked += length;
    if (asked > maxNightsOfRequest) {
      throw clientError(
        'BAD_USER_INPUT',
        `One request can ask about ${maxNightsOfRequest} nights at most.`,
      );
    }
  };
}

/** Each night with whether it is free, given those that are held. */
export const availability = (
  nights: readonly string[],
  held: ReadonlySet<string>,
): { night: string; free: boolean }[] => nights.map((night) => ({ night, free: !held.has(night) }));
