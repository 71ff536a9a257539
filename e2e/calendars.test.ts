import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { homestayIds } from '../testing/catalogue.ts';
import { type Served, serve } from '../testing/serve.ts';
import { dateIn, storyOf } from '../testing/story.ts';
import { startTestSystem, type TestSystem, withoutScheduler } from '../testing/system.ts';
import { ben, host, type User } from '../testing/tokens.ts';

const [id] = homestayIds(1) as [string];
const basic = (date: string) => date.replaceAll('-', '');
const eventOf = (from: string, to: string) =>
  `BEGIN:VEVENT\r\nUID:${from}\r\nDTSTART;VALUE=DATE:${basic(from)}\r\nDTEND;VALUE=DATE:${basic(to)}\r\nEND:VEVENT\r\n`;

/** Another booking site's calendar. */
let events = '';
let site: Served;
let system: TestSystem;
let story: ReturnType<typeof storyOf>;
beforeAll(async () => {
  site = await serve((request, response) => {
    if (request.url !== '/cal.ics') response.writeHead(404).end();
    else response.end(`BEGIN:VCALENDAR\r\nVERSION:2.0\r\n${events}END:VCALENDAR\r\n`);
  });
  const env = { CALENDAR_PRIVATE_ADDRESSES: 'true' };
  system = await startTestSystem({ parts: withoutScheduler, homestays: 1, env });
  story = storyOf(system);
});
afterAll(async () => {
  await system?.stop();
  await site?.stop();
});

const fields = `... on Homestay { calendarUrl importedCalendars { url nights failure } }
  ... on OrderRefused { reason }`;
type Calendars = {
  reason?: string;
  calendarUrl?: string | null;
  importedCalendars?: { url: string; nights: number; failure: string | null }[] | null;
};
const change = async (field: string, url: string, user: User = host): Promise<Calendars> => {
  const query = `mutation ($input: CalendarInput!) { ${field}(input: $input) { ${fields} } }`;
  const data = await system.ask<Record<string, Calendars>>(user, query, {
    input: { homestayId: id, url },
  });
  return data[field] as Calendars;
};
const seenBy = async (user: User | null): Promise<Calendars | null> => {
  const query = `query ($id: ID!) { homestay(id: $id) { calendarUrl importedCalendars { url } } }`;
  return (await system.ask<{ homestay: Calendars | null }>(user, query, { id })).homestay;
};
const freeOn = async (day: number) =>
  (await story.freeNights(id, dateIn(day), dateIn(day + 1))).length === 1;
const readAgain = async () => {
  const due = { $set: { nextReadAt: new Date(0) } };
  await system.databases.order.collection('calendars').updateOne({}, due);
  return system.job('order', 'refreshCalendars');
};

test('nights that another site has sold can not be ordered here, until they are free there', async () => {
  events = eventOf(dateIn(20), dateIn(22));
  const url = `${site.url}/cal.ics`;
  expect((await change('importCalendar', url)).importedCalendars).toEqual([
    { url, nights: 2, failure: null },
  ]);
  const stay = { checkIn: dateIn(21), checkOut: dateIn(23) };
  expect(await story.place(stay)).toMatchObject({ reason: 'NIGHTS_TAKEN' });

  events = eventOf(dateIn(22), dateIn(23));
  expect(await readAgain()).toEqual({ refreshCalendars: 1 });
  expect([await freeOn(20), await freeOn(21), await freeOn(22)]).toEqual([true, true, false]);
  expect(await system.job('order', 'refreshCalendars')).toEqual({ refreshCalendars: 0 });

  events = 'nonsense';
  await readAgain();
  expect(await freeOn(22)).toBe(false);
  events = '';
  expect((await change('removeCalendar', url)).importedCalendars).toEqual([]);
  expect(await freeOn(22)).toBe(true);
});

test('nights that orders hold stay with them', async () => {
  const { sn } = await story.place({ checkIn: dateIn(30), checkOut: dateIn(31) });
  events = eventOf(dateIn(30), dateIn(32));
  const url = `${site.url}/cal.ics`;
  expect((await change('importCalendar', url)).importedCalendars).toMatchObject([{ nights: 1 }]);
  await change('removeCalendar', url);
  expect([await freeOn(30), await freeOn(31)]).toEqual([false, true]);
  await story.cancel(sn);
});

test('a calendar that can not be read says why, and one that may not be asked is refused', async () => {
  const gone = `${site.url}/gone.ics`;
  expect((await change('importCalendar', gone)).importedCalendars).toMatchObject([
    { url: gone, nights: 0, failure: 'the address answered 404' },
  ]);
  await change('removeCalendar', gone);
  expect(await change('importCalendar', 'file:///etc/passwd')).toEqual({
    reason: 'CALENDAR_URL_INVALID',
  });
  expect(await change('importCalendar', `${site.url}/cal.ics`, ben)).toEqual({
    reason: 'HOMESTAY_UNKNOWN',
  });
});

test('another site reads the taken nights by the secret address, and nobody without it', async () => {
  const { sn } = await story.place({ checkIn: dateIn(40), checkOut: dateIn(42) });
  const seen = await seenBy(host);
  const url = seen?.calendarUrl as string;
  const response = await fetch(url);
  expect(response.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
  const text = await response.text();
  expect(text).toContain(`DTSTART;VALUE=DATE:${basic(dateIn(40))}`);
  expect(text).toContain(`DTEND;VALUE=DATE:${basic(dateIn(42))}`);
  expect(text).not.toContain(sn);
  await story.cancel(sn);
  const emptied = await (await fetch(url)).text();
  expect(emptied).toContain('BEGIN:VCALENDAR');
  expect(emptied).not.toContain('VEVENT');

  for (const wrong of [
    url.replace(/key=(.)/, (_, first) => `key=${first === 'A' ? 'B' : 'A'}`),
    url.replace(/\?.*/, ''),
    `${url}%`,
  ])
    expect((await fetch(wrong)).status).toBe(404);
  for (const user of [ben, null])
    expect(await seenBy(user)).toEqual({ calendarUrl: null, importedCalendars: null });
});
