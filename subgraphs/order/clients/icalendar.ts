import ICAL from 'ical.js';
import { addDays, dateIn } from '../../../runtime/calendar.ts';
import type { Stretch } from '../domain/stretches.ts';

/** The media type of a calendar (RFC 5545). */
export const calendarType = 'text/calendar; charset=utf-8';

/** What a calendar of taken nights says of a homestay. */
export type CalendarOf = { homestayId: string; title: string; taken: readonly Stretch[] };

/** Writes a calendar in which each stretch of taken nights is an event of whole days. */
export function writeCalendar({ homestayId, title, taken }: CalendarOf, now: Date): string {
  const calendar = new ICAL.Component('vcalendar');
  calendar.updatePropertyWithValue('prodid', '-//homestay-booking//EN');
  calendar.updatePropertyWithValue('version', '2.0');
  calendar.updatePropertyWithValue('x-wr-calname', title);
  for (const { from, to } of taken) {
    const event = new ICAL.Component('vevent');
    event.updatePropertyWithValue('uid', `${homestayId}-${from}@homestay-booking`);
    event.updatePropertyWithValue('dtstamp', ICAL.Time.fromJSDate(now, true));
    event.updatePropertyWithValue('dtstart', ICAL.Time.fromDateString(from));
    event.updatePropertyWithValue('dtend', ICAL.Time.fromDateString(to));
    event.updatePropertyWithValue('summary', 'Not available');
    calendar.addSubcomponent(event);
  }
  return `${calendar.toString()}\r\n`;
}

/** A calendar with more events or more repetitions than this is refused. */
const maxEvents = 2_000;
const maxRepetitions = 1_000;

/**
 * Reads the nights that the events of a calendar take, as stretches. An event of some hours takes
 * the night of its day; one that repeats is followed up to `until`.
 * @throws if the text is no calendar, or a calendar too large
 */
export function readCalendar(text: string, timeZone: string, until: string): Stretch[] {
  const calendar = new ICAL.Component(ICAL.parse(text));
  if (calendar.name !== 'vcalendar') throw new Error('this is no calendar');
  const events = calendar.getAllSubcomponents('vevent').map((event) => new ICAL.Event(event));
  if (events.length > maxEvents) throw new Error(`a calendar has ${maxEvents} events at most`);
  return events.filter(isTaking).flatMap((event) => stretchesOfEvent(event, timeZone, until));
}

/** Events that were called off, or say themselves that the time stays free, take no night. */
const isTaking = (event: ICAL.Event): boolean =>
  Boolean(event.startDate) &&
  event.component.getFirstPropertyValue('status') !== 'CANCELLED' &&
  event.component.getFirstPropertyValue('transp') !== 'TRANSPARENT';

function stretchesOfEvent(event: ICAL.Event, timeZone: string, until: string): Stretch[] {
  if (!event.isRecurring()) return [stretch(event.startDate, event.endDate, timeZone)];
  const repetitions = event.iterator();
  const found: Stretch[] = [];
  for (let count = 0; count < maxRepetitions; count += 1) {
    const next = repetitions.next();
    if (!next || dateOf(next, timeZone) >= until) break;
    const { startDate, endDate } = event.getOccurrenceDetails(next);
    found.push(stretch(startDate, endDate, timeZone));
  }
  return found;
}

function stretch(start: ICAL.Time, end: ICAL.Time | null, timeZone: string): Stretch {
  const from = dateOf(start, timeZone);
  const to = end ? dateOf(end, timeZone) : from;
  return { from, to: to > from ? to : addDays(from, 1) };
}

/** A whole day is the same everywhere; an instant is a date where the homestay is. */
const dateOf = (time: ICAL.Time, timeZone: string): string =>
  time.isDate || time.zone === ICAL.Timezone.localTimezone
    ? time.toString().slice(0, 10)
    : dateIn(timeZone, time.toJSDate());
