import { expect, test } from '@jest/globals';
import { inNextTurn } from '../../../testing/in-next-turn.ts';
import { sampleHomestay, sampleNow } from '../../../testing/order/sample-order.ts';
import type { Homestay } from '../domain/order.ts';
import {
  type ImportCalendarNeeds,
  importCalendar,
  importedCalendars,
  type RefreshCalendarsNeeds,
  refreshCalendars,
  removeCalendar,
} from './import-calendar.ts';

const url = 'https://other.example/a.ics';
const homestayId = 'lake-house';
const inMinutes = (minutes: number) => new Date(sampleNow.getTime() + minutes * 60_000);
const calendar = (id: string, given = {}) => ({
  ...{ id, homestayId, url, nights: 0, nextReadAt: sampleNow },
  ...given,
});

/** A homestay with these calendars, and what is done with them, in order. */
function world(
  calendars: ReturnType<typeof calendar>[] = [],
  given: Partial<ImportCalendarNeeds & RefreshCalendarsNeeds> = {},
) {
  const done: unknown[][] = [];
  const needs = inNextTurn({
    now: async () => sampleNow,
    homestay: async (id: string): Promise<Homestay | null> =>
      id === homestayId ? sampleHomestay() : null,
    calendarFault: (asked: string) => (asked.startsWith('https:') ? null : 'it is not safe'),
    calendarsOf: async (id: string) => (id === homestayId ? calendars : []),
    addCalendar: async (...added: [string, string, Date]) => {
      done.push(['add', ...added]);
      return calendar('new', { url: added[1] });
    },
    removeCalendar: async (...removed: unknown[]) => void done.push(['remove', ...removed]),
    setCalendarNights: async ({ id }: { id: string }, nights: readonly string[]) => {
      done.push(['nights', id, ...nights]);
      return nights.length;
    },
    readCalendar: async (...read: unknown[]) => {
      done.push(['read', ...read]);
      // One ends with the first night that counts, the other begins with the last one.
      return [
        { from: '2026-11-01', to: '2026-12-01' },
        { from: '2028-11-30', to: '2029-01-01' },
      ];
    },
    keepReading: async (id: string, reading: unknown) => void done.push(['keep', id, reading]),
    dueCalendars: async (...look: unknown[]) => {
      done.push(['due', ...look]);
      return calendars;
    },
    takeDueCalendar: async ({ id }: { id: string }, until: Date) => {
      done.push(['take', id, until]);
      return id !== 'taken';
    },
    ...given,
  });
  return { needs, done };
}

/** What is done to read a calendar, whose next reading is in a quarter of an hour. */
const reading = (id: string) => [
  ['read', url, 'Asia/Shanghai', '2028-12-01'],
  ['nights', id, '2026-11-30', '2028-11-30'],
  ['keep', id, { nextReadAt: inMinutes(15), readAt: sampleNow, nights: 2 }],
];

test('a host imports a calendar, and it is read at once, from yesterday to two years ahead', async () => {
  const { needs, done } = world();
  expect(await importCalendar(needs, 'host-lake', { homestayId, url })).toEqual({ id: homestayId });
  expect(done).toEqual([['add', homestayId, url, sampleNow], ...reading('new')]);
});

test('a host removes a calendar', async () => {
  const { needs, done } = world();
  expect(await removeCalendar(needs, 'host-lake', { homestayId, url })).toEqual({ id: homestayId });
  expect(done).toEqual([['remove', homestayId, url]]);
});

test.each([
  ['another host', 'host-hill', homestayId],
  ['the host of no such homestay', 'host-lake', 'none'],
])('%s imports, removes and sees none', async (_, hostId, id) => {
  const { needs, done } = world([calendar('a')]);
  for (const change of [importCalendar, removeCalendar])
    expect(await change(needs, hostId, { homestayId: id, url })).toMatchObject({
      reason: 'HOMESTAY_UNKNOWN',
    });
  expect(await importedCalendars(needs, hostId, id)).toBeNull();
  expect(done).toEqual([]);
});

test('a homestay’s calendars are shown to its host, and not to a visitor', async () => {
  const { needs } = world([calendar('a')]);
  expect(await importedCalendars(needs, 'host-lake', homestayId)).toEqual([calendar('a')]);
  expect(await importedCalendars(needs, undefined, homestayId)).toBeNull();
  const asked = { ...needs, homestay: () => Promise.reject(new Error('asked')) };
  expect(await importedCalendars(asked, undefined, homestayId)).toBeNull();
});

const long = (length: number) => url.padEnd(length, 'x');

test.each([
  ['http://other.example/', "The address can't be asked: it is not safe."],
  [long(2_001), "The address can't be asked: it is too long."],
])('the address %.30s is refused, and the form is told where', async (wrong, message) => {
  const { needs, done } = world();
  expect(await importCalendar(needs, 'host-lake', { homestayId, url: wrong })).toEqual({
    ...{ refused: true, reason: 'CALENDAR_URL_INVALID', message },
    path: ['input', 'url'],
  });
  expect(done).toEqual([]);
});

test('an address may have 2,000 characters', async () => {
  const { needs } = world();
  const change = { homestayId, url: long(2_000) };
  expect(await importCalendar(needs, 'host-lake', change)).toEqual({ id: homestayId });
});

test('a homestay has ten calendars at most; one that is imported again is none more', async () => {
  const calendars = Array.from({ length: 10 }, (_, i) => calendar(`${i}`, { url: `${url}?${i}` }));
  const { needs, done } = world(calendars);
  expect(await importCalendar(needs, 'host-lake', { homestayId, url })).toMatchObject({
    reason: 'TOO_MANY_CALENDARS',
    limits: { max: 10 },
  });
  expect(done).toEqual([]);
  const again = { homestayId, url: `${url}?9` };
  expect(await importCalendar(needs, 'host-lake', again)).toEqual({ id: homestayId });
});

test('calendars that are due are read, but for one that another process reads', async () => {
  const { needs, done } = world([calendar('a'), calendar('taken'), calendar('b')]);
  expect(await refreshCalendars(needs)).toBe(2);
  const taken = ['a', 'taken', 'b'].map((id) => ['take', id, inMinutes(15)]);
  expect(done.slice(0, 4)).toEqual([['due', sampleNow, 20], ...taken]);
  const kept = done.filter(([what]) => what === 'keep').map(([, id]) => id);
  expect(kept).toEqual(['a', 'b']);
});

test('the calendar of a homestay that is gone is not read, and says so', async () => {
  const { needs, done } = world([calendar('a', { homestayId: 'gone' })]);
  expect(await refreshCalendars(needs)).toBe(1);
  const failure = 'there is no such homestay any more';
  expect(done.slice(2)).toEqual([['keep', 'a', { nextReadAt: inMinutes(15), failure }]]);
});

test('F15: why a calendar can not be read is kept in whole characters, and its nights stay', async () => {
  const readCalendar = async () => {
    throw new Error(`${'x'.repeat(199)}🏡 is no date`);
  };
  const { needs, done } = world([], { readCalendar });
  expect(await importCalendar(needs, 'host-lake', { homestayId, url })).toEqual({ id: homestayId });
  const failure = 'x'.repeat(199);
  expect(done.slice(1)).toEqual([['keep', 'new', { nextReadAt: inMinutes(15), failure }]]);
});

test('nights that can not be stored are a failed reading too', async () => {
  const setCalendarNights = async () => {
    throw new Error('no room');
  };
  const { needs, done } = world([], { setCalendarNights });
  await importCalendar(needs, 'host-lake', { homestayId, url });
  const failure = 'no room';
  expect(done.at(-1)).toEqual(['keep', 'new', { nextReadAt: inMinutes(15), failure }]);
});
