import { expect, test } from '@jest/globals';
import { sampleHomestay, sampleNow } from '../../../testing/order/sample-order.ts';
import { calendarUrl, takenCalendar } from './taken-calendar.ts';

const homestay = async (id: string) => (id === 'lake-house' ? sampleHomestay() : null);

test.each([
  ['its host', 'host-lake', 'lake-house', 'address of lake-house'],
  ['another host', 'host-hill', 'lake-house', null],
  ['a visitor', undefined, 'lake-house', null],
  ['the host of no such homestay', 'host-lake', 'none', null],
])('the address of a calendar, for %s', async (_, hostId, id, address) => {
  const needs = { homestay, calendarAddress: (of: string) => `address of ${of}` };
  expect(await calendarUrl(needs, hostId, id)).toBe(address);
});

test('a visitor is refused without a look at the homestay', async () => {
  const needs = {
    homestay: () => Promise.reject(new Error('asked')),
    calendarAddress: () => 'an address',
  };
  expect(await calendarUrl(needs, undefined, 'lake-house')).toBeNull();
});

test('a calendar has the taken nights of a month back and two years ahead', async () => {
  const looks: unknown[] = [];
  const heldNightsAmong = async (...look: unknown[]) => {
    looks.push(look);
    return ['2026-12-11', '2026-12-10', '2026-12-20'].map((night) => ({ night }));
  };
  const needs = { homestay, heldNightsAmong, now: async () => sampleNow };
  expect(await takenCalendar(needs, 'lake-house')).toEqual({
    title: 'Lake house',
    taken: [
      { from: '2026-12-10', to: '2026-12-12' },
      { from: '2026-12-20', to: '2026-12-21' },
    ],
    now: sampleNow,
  });
  expect(looks).toEqual([[['lake-house'], { checkIn: '2026-10-31', checkOut: '2028-12-01' }]]);
  expect(await takenCalendar(needs, 'none')).toBeNull();
});
