import { z } from 'zod';
import {
  address,
  databaseSettings,
  duration,
  flag,
  portOf,
  processSettings,
  serviceSettings,
  urlsOf,
  wholeNumber,
} from '../../runtime/settings.ts';
import type { RefundPolicy } from './domain/refund-policy.ts';

/** Reads `7:100,1:50` as a table of rules. */
const refundPolicy = z
  .string()
  .regex(/^\d{1,3}:(\d{1,2}|100)(,\d{1,3}:(\d{1,2}|100))*$/, 'must be rules such as 7:100,1:50')
  .transform((text): RefundPolicy => {
    const rules = text.split(',').map((rule) => rule.split(':').map(Number));
    return rules
      .map(([daysBefore = 0, share = 0]) => ({ daysBefore, share }))
      .sort((a, b) => b.daysBefore - a.daysBefore);
  });

export const orderSettings = z.object({
  ...processSettings.shape,
  ...databaseSettings.shape,
  ...serviceSettings.shape,
  ...portOf('order'),
  ...urlsOf('travel'),
  /** How long an order may stay unpaid. */
  CLOSE_ORDER_AFTER: duration.default(20 * 60_000),
  /** `paused`: no order closes by its deadline, as while a database is being restored. */
  CLOSING: z.enum(['active', 'paused'], { error: 'must be active or paused' }).default('active'),
  /**
   * How long after its deadline an order stays open for a payment about which the provider does not
   * answer.
   */
  HOLD_UNANSWERED_FOR: duration.default(2 * 3_600_000),
  /** Where other booking sites reach its calendars, if not at its own address. */
  ORDER_PUBLIC_URL: address.optional(),
  /** The hosts whose calendars may be imported, and all below them; any public one if empty. */
  CALENDAR_HOSTS: z
    .string()
    .default('')
    .transform((text) => text.split(',').flatMap((host) => host.trim() || [])),
  /** Whether calendars may be imported from private networks and by http: for tests alone. */
  CALENDAR_PRIVATE_ADDRESSES: flag('false'),
  /** How many webhooks a shop may have, and operators together. */
  WEBHOOKS_OF_SHOP: wholeNumber(0, 10).default(5),
  /** Whether webhooks may be sent to private networks and by http: for development alone. */
  WEBHOOK_PRIVATE_ADDRESSES: flag('false'),
  /** The longest stay of one order. */
  MAX_NIGHTS: wholeNumber(1, 366).default(30),
  /** How far ahead a stay may begin. */
  MAX_DAYS_AHEAD: wholeNumber(1, 3_660).default(365),
  /** How long after their check-out date ended orders move to the archive. */
  ARCHIVE_ORDERS_AFTER_DAYS: wholeNumber(30, 3_660).default(400),
  /** How many unpaid orders a traveller may have, in all and at one homestay. */
  MAX_UNPAID_ORDERS: wholeNumber(1, 1_000_000).default(5),
  MAX_UNPAID_ORDERS_AT_HOMESTAY: wholeNumber(1, 1_000_000).default(3),
  /**
   * What goes back to a traveller, as `days before check-in:percent`, from the earliest to the
   * latest.
   */
  REFUND_POLICY: refundPolicy.prefault('7:100,1:50'),
});
export type OrderSettings = z.infer<typeof orderSettings>;
