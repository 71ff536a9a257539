import { addDays, daysBetween } from '../../../runtime/calendar.ts';

/**
 * A traveller who leaves `daysBefore` days before the check-in date, or earlier, gets `share`
 * percent of the price back.
 */
export type RefundRule = { daysBefore: number; share: number };

/**
 * Rules from the earliest day to the latest. The first that fits counts. The order's snapshot keeps
 * them.
 */
export type RefundPolicy = readonly RefundRule[];

/**
 * The percentage of the price that a traveller gets back who leaves on `today`; 0 if no rule fits.
 */
export const shareOn = (policy: RefundPolicy, checkIn: string, today: string): number =>
  policy.find(({ daysBefore }) => daysBetween(today, checkIn) >= daysBefore)?.share ?? 0;

/** What a traveller gets back who leaves on `until` or earlier, in the homestay's time zone. */
export type RefundTerm = { until: string; share: number };

/** A policy with the dates of a stay. */
export const termsOf = (policy: RefundPolicy, checkIn: string): RefundTerm[] =>
  policy.map(({ daysBefore, share }) => ({ until: addDays(checkIn, -daysBefore), share }));
