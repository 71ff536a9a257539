import { z } from 'zod';
import { address, databaseSettings, duration, port, processSettings, serviceSettings } from '../runtime/settings.ts';

export const schedulerSettings = z.object({
  ...processSettings.shape,
  ...databaseSettings.shape,
  ...serviceSettings.shape,
  SCHEDULER_PORT: port.default(4004),
  ORDER_URL: address.default('http://127.0.0.1:4002'),
  /** How often due orders are looked for, whatever became of their alarms. */
  SWEEP_EVERY: duration.default(5_000),
});
export type SchedulerSettings = z.infer<typeof schedulerSettings>;
