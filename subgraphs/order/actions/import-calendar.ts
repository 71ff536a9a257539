import { addDays } from '../../../runtime/calendar.ts';
import { isRefused } from '../../../runtime/refusal.ts';
import { cutText } from '../../../runtime/text.ts';
import {
  type ImportedCalendar,
  maxCalendars,
  readAgainAfterMs,
} from '../domain/imported-calendar.ts';
import { type Refusal, refuse } from '../domain/refusal.ts';
import { nightsWithin, type Stretch } from '../domain/stretches.ts';
import type { NightsChanged } from './block-nights.ts';
import { type OwnHomestayNeeds, ownHomestay } from './own-homestay.ts';

type Reading = { nextReadAt: Date } & ({ readAt: Date; nights: number } | { failure: string });

export type ReadCalendarNeeds = OwnHomestayNeeds & {
  now(): Promise<Date>;
  /** The nights that the events of a calendar take. @throws if it can not be read */
  readCalendar(url: string, timeZone: string, until: string): Promise<Stretch[]>;
  setCalendarNights(calendar: ImportedCalendar, nights: readonly string[]): Promise<number>;
  keepReading(id: string, reading: Reading): Promise<void>;
};

export type ImportCalendarNeeds = ReadCalendarNeeds & {
  /** Why an address may not be asked; null if it may be. */
  calendarFault(url: string): string | null;
  calendarsOf(homestayId: string): Promise<ImportedCalendar[]>;
  addCalendar(homestayId: string, url: string, now: Date): Promise<ImportedCalendar>;
  removeCalendar(homestayId: string, url: string): Promise<void>;
};

export type CalendarChange = { homestayId: string; url: string };

const maxUrlLength = 2_000;

/** Imports a calendar of the host's own homestay, and reads it for the first time. */
export async function importCalendar(
  needs: ImportCalendarNeeds,
  hostId: string,
  { homestayId, url }: CalendarChange,
): Promise<NightsChanged | Refusal> {
  const own = await ownHomestay(needs, hostId, homestayId);
  if (isRefused(own)) return own;
  const fault = url.length > maxUrlLength ? 'it is too long' : needs.calendarFault(url);
  const path = ['input', 'url'];
  if (fault)
    return refuse('CALENDAR_URL_INVALID', `The address can't be asked: ${fault}.`, { path });
  const others = (await needs.calendarsOf(homestayId)).filter((each) => each.url !== url);
  if (others.length >= maxCalendars)
    return refuse('TOO_MANY_CALENDARS', undefined, { limits: { max: maxCalendars } });
  const calendar = await needs.addCalendar(homestayId, url, await needs.now());
  await readImported(needs, calendar);
  return { id: homestayId };
}

/** Forgets a calendar, and opens the nights that it blocked. */
export async function removeCalendar(
  needs: ImportCalendarNeeds,
  hostId: string,
  { homestayId, url }: CalendarChange,
): Promise<NightsChanged | Refusal> {
  const own = await ownHomestay(needs, hostId, homestayId);
  if (isRefused(own)) return own;
  await needs.removeCalendar(homestayId, url);
  return { id: homestayId };
}

/** The calendars of a homestay, for its host; null for anybody else. */
export async function importedCalendars(
  needs: ImportCalendarNeeds,
  hostId: string | undefined,
  homestayId: string,
): Promise<ImportedCalendar[] | null> {
  if (hostId === undefined) return null;
  const own = await ownHomestay(needs, hostId, homestayId);
  return isRefused(own) ? null : needs.calendarsOf(homestayId);
}

export type RefreshCalendarsNeeds = ReadCalendarNeeds & {
  dueCalendars(now: Date, limit: number): Promise<ImportedCalendar[]>;
  takeDueCalendar(calendar: ImportedCalendar, until: Date): Promise<boolean>;
};

const maxAtOnce = 20;

/** Reads the calendars that are due. Returns how many; one that another process reads is skipped. */
export async function refreshCalendars(needs: RefreshCalendarsNeeds): Promise<number> {
  const now = await needs.now();
  const due = await needs.dueCalendars(now, maxAtOnce);
  const read = due.map(async (calendar) => {
    const until = new Date(now.getTime() + readAgainAfterMs);
    if (!(await needs.takeDueCalendar(calendar, until))) return 0;
    await readImported(needs, calendar);
    return 1;
  });
  return (await Promise.all(read)).reduce<number>((sum, one) => sum + one, 0);
}

const daysAhead = 731;

/** A calendar that can not be read keeps the nights of the last time. */
async function readImported(needs: ReadCalendarNeeds, calendar: ImportedCalendar): Promise<void> {
  const now = await needs.now();
  const nextReadAt = new Date(now.getTime() + readAgainAfterMs);
  const today = now.toISOString().slice(0, 10);
  const window = { from: addDays(today, -1), to: addDays(today, daysAhead) };
  try {
    const homestay = await needs.homestay(calendar.homestayId);
    if (!homestay) throw new Error('there is no such homestay any more');
    const events = await needs.readCalendar(calendar.url, homestay.timeZone, window.to);
    const nights = await needs.setCalendarNights(calendar, nightsWithin(events, window));
    await needs.keepReading(calendar.id, { nextReadAt, readAt: now, nights });
  } catch (error) {
    const failure = cutText((error as Error).message, 200);
    await needs.keepReading(calendar.id, { nextReadAt, failure });
  }
}
