import { daysBetween } from './stay.ts';

/** Asked for `daysBefore` days before the check-in date or earlier, `share` percent of the price go back. */
export type RefundRule = { daysBefore: number; share: number };

/** The rules from the earliest day to the latest; the first that fits counts. It travels with the order's snapshot. */
export type RefundPolicy = readonly RefundRule[];

/** How much of the price a traveller gets back who asks on `today`, in percent; nothing where no rule fits. */
export const shareOn = (policy: RefundPolicy, checkIn: string, today: string): number =>
  policy.find(({ daysBefore }) => daysBetween(today, checkIn) >= daysBefore)?.share ?? 0;
