import { z } from 'zod';
import { tokenSettings } from '../runtime/identity/token-settings.ts';
import {
  databaseSettings,
  duration,
  portOf,
  processSettings,
  serviceSettings,
  urlsOf,
} from '../runtime/settings.ts';

export const schedulerSettings = z.object({
  ...processSettings.shape,
  ...databaseSettings.shape,
  ...serviceSettings.shape,
  /** Without a source of keys there is no page of the queue. */
  ...tokenSettings.shape,
  ...portOf('scheduler'),
  ...urlsOf('order', 'payment'),
  /** How often due orders are closed, in case their close job was lost. */
  SWEEP_EVERY: duration.default(5_000),
  /** How often unfinished payments, refunds and emails are retried. */
  PAYMENT_SWEEP_EVERY: duration.default(2_000),
  /** How often payments are compared with orders. */
  RECONCILE_EVERY: duration.default(60_000),
  /** How often payments are compared with the lists of their providers. */
  RECONCILE_PROVIDERS_EVERY: duration.default(3_600_000),
  /** How often paid orders that were not used by their check-out date are expired. */
  EXPIRE_ORDERS_EVERY: duration.default(60_000),
  /** How often orders of long ago are moved to the archive. */
  ARCHIVE_ORDERS_EVERY: duration.default(60_000),
  /** How often it is looked for imported calendars that are to be read again. */
  CALENDARS_EVERY: duration.default(60_000),
  /** How often messages to webhooks are sent that are due. */
  WEBHOOKS_EVERY: duration.default(1_000),
});
export type SchedulerSettings = z.infer<typeof schedulerSettings>;
