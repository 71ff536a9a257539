import { z } from 'zod';
import {
  address,
  databaseSettings,
  port,
  processSettings,
  serviceSettings,
  wholeNumber,
} from '../../runtime/settings.ts';

export const travelSettings = z.object({
  ...processSettings.shape,
  ...databaseSettings.shape,
  ...serviceSettings.shape,
  TRAVEL_PORT: port.default(4001),
  ORDER_URL: address.default('http://127.0.0.1:4002'),
  /** The longest stay that can be ordered, and so the longest that free homestays are looked up for. */
  MAX_NIGHTS: wholeNumber(1, 366).default(30),
});
export type TravelSettings = z.infer<typeof travelSettings>;

/** The name of the database that travel owns. */
export const travelDatabase = (databasePrefix: string): string => `${databasePrefix}travel`;
