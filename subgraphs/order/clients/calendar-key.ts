import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ServiceSecret } from '../../../runtime/caller.ts';

/** The keys of homestays' calendars: who has one may read that calendar. */
export type CalendarKeys = {
  keyOf(homestayId: string): string;
  isKeyOf(homestayId: string, key: string): boolean;
};

/** Keys that the secret gives, so that none is stored. Of several secrets, the first one signs. */
export function calendarKeys(secret: ServiceSecret): CalendarKeys {
  const keys = (homestayId: string): [string, ...string[]] =>
    [secret]
      .flat()
      .map((one) =>
        createHmac('sha256', one).update(`calendar ${homestayId}`).digest('base64url'),
      ) as [string, ...string[]];
  return {
    keyOf: (homestayId) => keys(homestayId)[0],
    isKeyOf: (homestayId, key) => keys(homestayId).some((known) => areSame(known, key)),
  };
}

const areSame = (known: string, given: string): boolean =>
  known.length === Buffer.byteLength(given) &&
  timingSafeEqual(Buffer.from(known), Buffer.from(given));
