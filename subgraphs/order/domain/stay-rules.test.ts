import { expect, test } from '@jest/globals';
import { sampleHomestay, sampleLimits, sampleNow } from '../../../testing/order/sample-order.ts';
import type { Homestay } from './order.ts';
import { type StayInput, wrongWithStay } from './stay-rules.ts';

const stay = { checkIn: '2026-12-10', checkOut: '2026-12-12', guests: 2, needFood: false };
const wrongWith = (input: Partial<StayInput>, homestay: Partial<Homestay> = {}) =>
  wrongWithStay(
    { ...stay, ...input },
    { homestay: sampleHomestay(homestay), now: sampleNow, limits: sampleLimits },
  );

test('nothing is wrong with a stay that keeps every rule', () => {
  expect(wrongWith({})).toEqual([]);
});

test('all mistakes are found at once', () => {
  const wrong = wrongWith(
    { checkIn: '2026-11-30', checkOut: '2026-11-29', guests: 0, needFood: true },
    { onShelf: false, shopOpen: false, foodPrice: null },
  );
  expect(wrong.map(({ reason, path }) => `${reason} ${path?.at(-1)}`)).toEqual([
    'HOMESTAY_OFF_SHELF homestayId',
    'SHOP_CLOSED homestayId',
    'CHECK_OUT_NOT_AFTER_CHECK_IN checkOut',
    'CHECK_IN_PAST checkIn',
    'GUESTS_OUT_OF_RANGE guests',
    'FOOD_NOT_SERVED needFood',
  ]);
});

test.each<[string, Partial<StayInput>, Partial<Homestay>, object]>([
  ['CHECK_OUT_NOT_AFTER_CHECK_IN', { checkOut: '2026-12-10' }, {}, { earliest: '2026-12-11' }],
  [
    'CHECK_IN_PAST',
    { checkIn: '2026-11-30' },
    {},
    { earliest: '2026-12-01', latest: '2027-12-01' },
  ],
  [
    'TOO_FAR_AHEAD',
    { checkIn: '2027-12-02', checkOut: '2027-12-03' },
    {},
    { earliest: '2026-12-01', latest: '2027-12-01' },
  ],
  ['STAY_TOO_SHORT', {}, { minimumNights: 3 }, { min: 3, max: 30 }],
  ['STAY_TOO_LONG', { checkOut: '2027-01-10' }, {}, { min: 1, max: 30 }],
  ['STAY_TOO_LONG', { checkOut: '2026-12-16' }, { maximumNights: 5 }, { min: 1, max: 5 }],
  ['GUESTS_OUT_OF_RANGE', { guests: 5 }, {}, { min: 1, max: 4 }],
])('%s tells the limits', (reason, input, homestay, limits) => {
  expect(wrongWith(input, homestay)).toMatchObject([{ reason, limits }]);
});

test('after the last day of the calendar nobody can leave', () => {
  const last = { checkIn: '9999-12-31', checkOut: '9999-12-31' };
  expect(wrongWith(last)).toMatchObject([
    { reason: 'CHECK_OUT_NOT_AFTER_CHECK_IN', limits: { earliest: null } },
    { reason: 'TOO_FAR_AHEAD' },
  ]);
  const before = { checkIn: '9999-12-30', checkOut: '9999-12-30' };
  expect(wrongWith(before)[0]).toMatchObject({ limits: { earliest: '9999-12-31' } });
});

test('F9: the longest stay is the shorter of what an order and the homestay allow', () => {
  expect(wrongWith({ checkOut: '2026-12-15' }, { maximumNights: 5 })).toEqual([]);
  const [wrong] = wrongWith({ checkOut: '2027-01-10' }, { maximumNights: 99 });
  expect(wrong).toMatchObject({ message: 'One order may have 30 nights at most.' });
});
