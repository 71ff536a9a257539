import type { RequestListener } from 'node:http';
import type { Log } from '../../runtime/log.ts';
import { pathOf, searchOf } from '../../runtime/request-target.ts';
import { sendJson } from '../../runtime/send-json.ts';
import { type TakenCalendarNeeds, takenCalendar } from './actions/taken-calendar.ts';
import type { CalendarKeys } from './clients/calendar-key.ts';
import { calendarType, writeCalendar } from './clients/icalendar.ts';

export const calendarPath = '/calendars/';

/** The address of a homestay's calendar below a service's own. */
export const calendarAddress = (url: string, homestayId: string, { keyOf }: CalendarKeys): string =>
  `${url}${calendarPath}${encodeURIComponent(homestayId)}.ics?key=${keyOf(homestayId)}`;

/** `GET /calendars/{homestay}.ics?key=…`: the taken nights, in the format iCalendar. */
export const calendarRoute =
  (needs: TakenCalendarNeeds, { isKeyOf }: CalendarKeys, log: Log): RequestListener =>
  async (request, response) => {
    const [, name = ''] = /^\/calendars\/([^/]+)\.ics$/.exec(pathOf(request)) ?? [];
    const key = new URLSearchParams(searchOf(request)).get('key') ?? '';
    const unknown = () => sendJson(response, 404, { error: 'there is no such calendar' });
    try {
      const homestayId = decodeURIComponent(name);
      if (request.method !== 'GET' || !isKeyOf(homestayId, key)) return unknown();
      const found = await takenCalendar(needs, homestayId);
      if (!found) return unknown();
      response.writeHead(200, {
        'content-type': calendarType,
        'cache-control': 'private, max-age=60',
      });
      response.end(writeCalendar({ homestayId, ...found }, found.now));
    } catch (error) {
      if (error instanceof URIError) return unknown();
      log.error({ err: error }, 'a calendar could not be written');
      sendJson(response, 500, { error: 'try again' });
    }
  };
