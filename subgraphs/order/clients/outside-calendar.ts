import type { OutsideRequest } from '../../../runtime/outside-request.ts';
import type { Stretch } from '../domain/stretches.ts';
import { readCalendar } from './icalendar.ts';

/** Reads calendars of other booking sites. */
export const outsideCalendars =
  (ask: OutsideRequest) =>
  async (url: string, timeZone: string, until: string): Promise<Stretch[]> => {
    const { status, text } = await ask(url, { headers: { accept: 'text/calendar' } });
    if (status !== 200) throw new Error(`the address answered ${status}`);
    return readCalendar(text, timeZone, until);
  };
