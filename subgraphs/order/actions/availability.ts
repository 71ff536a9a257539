import { clientError } from '../../../runtime/errors.ts';
import { nightCount, nightsOf, type Stay } from '../domain/stay.ts';

const maxNights = 366;

/** The nights from `from` up to, and without, `to`. @throws BAD_USER_INPUT where there are none, or more than 366 */
export function nightsAsked(from: string, to: string): string[] {
  const stay: Stay = { checkIn: from, checkOut: to };
  const count = nightCount(stay);
  if (count < 1 || count > maxNights) {
    throw clientError('BAD_USER_INPUT', `\`to\` must be 1 to ${maxNights} days after \`from\`.`);
  }
  return nightsOf(stay);
}

/** Each night with whether it is free, given those that are held. */
export const availability = (
  nights: readonly string[],
  held: ReadonlySet<string>,
): { night: string; free: boolean }[] => nights.map((night) => ({ night, free: !held.has(night) }));
