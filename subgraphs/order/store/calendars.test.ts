import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Database } from '../../../runtime/mongo.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { openCalendars } from './calendars.ts';
import { type NightDocument, nightKey, openNights } from './nights.ts';

let database: Database;
let calendars: ReturnType<typeof openCalendars>;
beforeAll(async () => {
  database = await freshDatabase('order');
  calendars = openCalendars(database);
});
afterAll(() => database.stop());

const nights = () => database.db.collection<NightDocument>('nights');
const held = (homestayId: string, night: string, orderSn: string): NightDocument => ({
  ...{ _id: nightKey(homestayId, night), homestayId, night, orderSn },
});
const imported = (homestayId: string) =>
  calendars.addCalendar(homestayId, 'https://other.example/a.ics', new Date());

/** Two years, as a calendar may take them. */
const twoYears = Array.from({ length: 731 }, (_, day) =>
  new Date(Date.UTC(2027, 0, 1 + day)).toISOString().slice(0, 10),
);

test('a calendar blocks what is free, in one command, and what is held stays as it is', async () => {
  const calendar = await imported('lake');
  const [first, second] = twoYears as [string, string];
  await openNights(database).blockNights('lake', [first]);
  await nights().insertOne(held('lake', second, 'HSO1'));
  expect(await calendars.setCalendarNights(calendar, twoYears)).toBe(729);
  expect(await nights().findOne({ _id: `lake/${second}` })).toMatchObject({ orderSn: 'HSO1' });
  expect(await calendars.setCalendarNights(calendar, twoYears.slice(0, 10))).toBe(8);
  expect(await calendars.setCalendarNights(calendar, [])).toBe(0);
  expect(await nights().countDocuments({ homestayId: 'lake' })).toBe(2);
});

test('a night that host and calendar block is open when both leave it', async () => {
  const calendar = await imported('barn');
  const store = openNights(database);
  const [night, other] = twoYears as [string, string];
  const isBlocked = async () => (await store.heldNights('barn', [night])).length === 1;
  const blockedAfter = async (...steps: (() => Promise<unknown>)[]) => {
    const seen: boolean[] = [];
    for (const step of steps) {
      await step();
      seen.push(await isBlocked());
    }
    return seen;
  };
  const takes = () => calendars.setCalendarNights(calendar, [night, other]);
  const leaves = () => calendars.setCalendarNights(calendar, [other]);
  const block = () => store.blockNights('barn', [night]);
  const open = () => store.openNights('barn', [night]);
  const both = [true, true, true, false];
  expect(await blockedAfter(takes, block, leaves, open)).toEqual(both);
  expect(await blockedAfter(takes, block, open, leaves)).toEqual(both);
  expect(await blockedAfter(block, takes, leaves, open)).toEqual(both);
  expect(await blockedAfter(block, takes, open, leaves)).toEqual(both);
  expect(await blockedAfter(takes, block, block, takes, leaves, open)).toEqual([
    ...[true, true, true, true, true, false],
  ]);
  const forget = () => calendars.removeCalendar('barn', 'https://other.example/a.ics');
  expect(await blockedAfter(block, takes, forget, open)).toEqual(both);
  expect(await nights().countDocuments({ homestayId: 'barn' })).toBe(0);
});

test('a night that an order is about to take goes to one of both, and nobody waits for ever', async () => {
  const calendar = await imported('hut');
  const [wanted] = twoYears as [string];
  let blocking: Promise<number> | undefined;
  const ordering = database.transaction(async (session) => {
    await nights().insertOne(held('hut', wanted, 'HSO2'), { session });
    blocking ??= calendars.setCalendarNights(calendar, twoYears);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await nights().insertOne(held('hut', '2030-01-01', 'HSO2'), { session });
  });
  const ordered = await ordering.then(
    () => true,
    () => false,
  );
  const blocked = await blocking;
  expect(blocked).toBe(ordered ? 730 : 731);
  expect((await nights().findOne({ _id: nightKey('hut', wanted) }))?.orderSn).toBe(
    ordered ? 'HSO2' : undefined,
  );
  expect(await nights().countDocuments({ _id: 'hut/2030-01-01' })).toBe(ordered ? 1 : 0);
});
