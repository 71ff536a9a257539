import { z } from 'zod';
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
  ...portOf('scheduler'),
  ...urlsOf('order', 'payment'),
  /** How often due orders are looked for, whatever became of their alarms. */
  SWEEP_EVERY: duration.default(5_000),
  /** How often payments, refunds and messages are looked after. */
  PAYMENT_SWEEP_EVERY: duration.default(2_000),
  /** How often payments are compared with orders. */
  RECONCILE_EVERY: duration.default(60_000),
  /** How often paid orders are looked for whose check-out date has passed. */
  EXPIRE_ORDERS_EVERY: duration.default(60_000),
});
export type SchedulerSettings = z.infer<typeof schedulerSettings>;
