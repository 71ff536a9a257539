import { expect, test } from '@jest/globals';
import { sampleHomestay, sampleNow } from '../../../testing/order/sample-order.ts';
import { type ImportCalendarNeeds, importCalendar } from './import-calendar.ts';

const url = 'https://other.example/a.ics';
const homestayId = 'lake-house';

test('F15: why a calendar can not be read is kept in whole characters', async () => {
  const kept: unknown[] = [];
  const calendar = { id: 'a', homestayId, url, nights: 0, nextReadAt: sampleNow };
  const needs: ImportCalendarNeeds = {
    now: async () => sampleNow,
    homestay: async () => sampleHomestay(),
    calendarFault: () => null,
    calendarsOf: async () => [],
    addCalendar: async () => calendar,
    removeCalendar: async () => {},
    setCalendarNights: async () => 0,
    readCalendar: async () => {
      throw new Error(`${'x'.repeat(199)}🏡 is no date`);
    },
    keepReading: async (_id, reading) => void kept.push(reading),
  };
  expect(await importCalendar(needs, 'host-lake', { homestayId, url })).toEqual({ id: homestayId });
  expect(kept).toEqual([expect.objectContaining({ failure: 'x'.repeat(199) })]);
});
