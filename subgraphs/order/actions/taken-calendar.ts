import { addDays } from '../../../runtime/calendar.ts';
import { isRefused } from '../../../runtime/refusal.ts';
import type { Stay } from '../domain/stay.ts';
import { type Stretch, stretchesOf } from '../domain/stretches.ts';
import { type OwnHomestayNeeds, ownHomestay } from './own-homestay.ts';

export type CalendarUrlNeeds = OwnHomestayNeeds & {
  /** The address of a homestay's calendar, which holds its key. */
  calendarAddress(homestayId: string): string;
};

/** The secret address of a homestay's calendar, for its host; null for anybody else. */
export async function calendarUrl(
  needs: CalendarUrlNeeds,
  hostId: string | undefined,
  homestayId: string,
): Promise<string | null> {
  if (hostId === undefined) return null;
  const own = await ownHomestay(needs, hostId, homestayId);
  return isRefused(own) ? null : needs.calendarAddress(homestayId);
}

export type TakenCalendarNeeds = OwnHomestayNeeds & {
  now(): Promise<Date>;
  heldNightsAmong(homestayIds: readonly string[], stay: Stay): Promise<{ night: string }[]>;
};

/** How far a calendar goes back and ahead. */
const daysBack = 31;
const daysAhead = 731;

/**
 * The taken nights of a homestay, whoever took them, for its calendar; null if there is no such
 * homestay.
 */
export async function takenCalendar(
  needs: TakenCalendarNeeds,
  homestayId: string,
): Promise<{ title: string; taken: Stretch[]; now: Date } | null> {
  const [homestay, now] = await Promise.all([needs.homestay(homestayId), needs.now()]);
  if (!homestay) return null;
  const today = now.toISOString().slice(0, 10);
  const window = { checkIn: addDays(today, -daysBack), checkOut: addDays(today, daysAhead) };
  const held = await needs.heldNightsAmong([homestayId], window);
  return { title: homestay.title, taken: stretchesOf(held.map(({ night }) => night)), now };
}
