import { randomInt } from 'node:crypto';

/**
 * A serial number: `prefix`, the instant as yyyyMMddHHmmss in UTC, then 8 random digits. With a
 * prefix of three letters it is 25 characters long. Two may be equal, so store it under a unique
 * key and retry with a new one.
 */
export const serialNumber = (prefix: string, at: Date): string =>
  `${firstSerialNumber(prefix, at)}${String(randomInt(100_000_000)).padStart(8, '0')}`;

/**
 * Serial numbers sort by time: all those of this second and later sort after it, all earlier ones
 * before it.
 */
export const firstSerialNumber = (prefix: string, at: Date): string =>
  `${prefix}${at.toISOString().replace(/\D/g, '').slice(0, 14)}`;

/**
 * Where to read on among what was numbered since then.
 * @param after the last serial number that was read; '' at the beginning
 */
export function readOnAfter(prefix: string, since: Date, after: string): string {
  const first = firstSerialNumber(prefix, since);
  return after > first ? after : first;
}
