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
  /** The longest stay that can be ordered. A search for a longer one is refused. */
  MAX_NIGHTS: wholeNumber(1, 366).default(30),
  /** How far ahead a stay may begin. Later ones are not listed. */
  MAX_DAYS_AHEAD: wholeNumber(1, 3_660).default(365),
});
export type TravelSettings = z.infer<typeof travelSettings>;
