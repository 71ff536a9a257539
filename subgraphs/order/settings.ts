import { z } from 'zod';
import { address, databaseSettings, duration, port, processSettings, serviceSettings } from '../../runtime/settings.ts';

export const orderSettings = z.object({
  ...processSettings.shape,
  ...databaseSettings.shape,
  ...serviceSettings.shape,
  ORDER_PORT: port.default(4002),
  TRAVEL_URL: address.default('http://127.0.0.1:4001'),
  /** How long an order may stay unpaid. */
  CLOSE_ORDER_AFTER: duration.default(20 * 60_000),
  /** The longest stay of one order. */
  MAX_NIGHTS: z.coerce.number().int().min(1).max(366).default(30),
  /** How far ahead a stay may begin. */
  MAX_DAYS_AHEAD: z.coerce.number().int().min(1).max(3_660).default(365),
});
export type OrderSettings = z.infer<typeof orderSettings>;
