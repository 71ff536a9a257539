import { addDays } from '../../../runtime/calendar.ts';

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

/** What a traveller gets back who leaves on `until` or earlier, in the homestay's time zone. */
export type RefundTerm = { until: string; share: number };

/** The term by which a traveller leaves on `today`; undefined if nothing goes back. */
export const termOn = (
  policy: RefundPolicy,
  checkIn: string,
  today: string,
): RefundTerm | undefined => termsOf(policy, checkIn).find(({ until }) => today <= until);

/** A policy with the dates of a stay. */
export const termsOf = (policy: RefundPolicy, checkIn: string): RefundTerm[] =>
  policy.map(({ daysBefore, share }) => ({ until: addDays(checkIn, -daysBefore), share }));
