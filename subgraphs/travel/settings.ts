import { z } from 'zod';
import {
  databaseSettings,
  portOf,
  processSettings,
  serviceSettings,
  urlsOf,
  wholeNumber,
} from '../../runtime/settings.ts';

export const travelSettings = z.object({
  ...processSettings.shape,
  ...databaseSettings.shape,
  ...serviceSettings.shape,
  ...portOf('travel'),
  ...urlsOf('order'),
  /** The longest stay that can be ordered, and so the longest that free homestays are looked up for. */
  MAX_NIGHTS: wholeNumber(1, 366).default(30),
});
export type TravelSettings = z.infer<typeof travelSettings>;

/** The name of the database that travel owns. */
export const travelDatabase = (databasePrefix: string): string => `${databasePrefix}travel`;
