import { describe, expect, test } from '@jest/globals';
import {
  sampleHomestay,
  sampleInput,
  sampleLimits,
  sampleNow,
} from '../../../testing/order/sample-order.ts';
import type { Homestay, Order, OrderInput } from './order.ts';
import { closeAtOf, malformed, placeOrder } from './place-order.ts';
import type { RefusalReason } from './refusal.ts';

const place = (
  input: Partial<OrderInput>,
  homestay: Partial<Homestay> | null = {},
  now = sampleNow,
) =>
  placeOrder(sampleInput(input), {
    traveller: { userId: 'traveller-an' },
    homestay: homestay && sampleHomestay(homestay),
    sn: 'HSO2026120104000012345678',
    ticketCode: 'T1CKETC0DE000000',
    now,
    limits: sampleLimits,
  });

describe('an order is refused', () => {
  const refused: [RefusalReason, Partial<OrderInput>, Partial<Homestay> | null][] = [
    ['HOMESTAY_UNKNOWN', {}, null],
    ['HOMESTAY_OFF_SHELF', {}, { onShelf: false }],
    ['SHOP_CLOSED', {}, { shopOpen: false }],
    ['CHECK_OUT_NOT_AFTER_CHECK_IN', { checkIn: '2026-12-10', checkOut: '2026-12-10' }, {}],
    ['CHECK_OUT_NOT_AFTER_CHECK_IN', { checkIn: '2026-12-10', checkOut: '2026-12-09' }, {}],
    ['CHECK_IN_PAST', { checkIn: '2026-11-30', checkOut: '2026-12-02' }, {}],
    ['STAY_TOO_SHORT', { checkIn: '2026-12-10', checkOut: '2026-12-12' }, { minimumNights: 3 }],
    ['STAY_TOO_LONG', { checkIn: '2026-12-10', checkOut: '2027-01-10' }, {}],
    ['STAY_TOO_LONG', { checkIn: '2026-12-10', checkOut: '2026-12-12' }, { maximumNights: 1 }],
    ['TOO_FAR_AHEAD', { checkIn: '2027-12-02', checkOut: '2027-12-03' }, {}],
    ['GUESTS_OUT_OF_RANGE', { guests: 0 }, {}],
    ['GUESTS_OUT_OF_RANGE', { guests: -1 }, {}],
    ['GUESTS_OUT_OF_RANGE', { guests: 5 }, {}],
    ['FOOD_NOT_SERVED', { needFood: true }, { foodPrice: null }],
  ];
  test.each(refused)('%s for %j at a homestay with %j', (reason, input, homestay) => {
    expect(place(input, homestay)).toMatchObject({ refused: true, reason });
  });

  test.each([
    ['REMARK_TOO_LONG', { remark: 'x'.repeat(201) }],
    ['IDEMPOTENCY_KEY_INVALID', { idempotencyKey: '' }],
    ['IDEMPOTENCY_KEY_INVALID', { idempotencyKey: 'x'.repeat(65) }],
    ['IDEMPOTENCY_KEY_INVALID', { idempotencyKey: `k${'\u0301'.repeat(45_000)}` }],
    ['IDEMPOTENCY_KEY_INVALID', { idempotencyKey: 'half \ud800' }],
    ['REMARK_TOO_LONG', { remark: `a${'\u0301'.repeat(4_000)}` }],
  ] as const)('%s, whatever the homestay', (reason, input) => {
    expect(malformed(sampleInput(input))).toMatchObject({ reason });
  });
});

describe('an order at the limit is accepted', () => {
  const taken: [string, Partial<OrderInput>, Partial<Homestay>][] = [
    ['check-in today', { checkIn: '2026-12-01', checkOut: '2026-12-02' }, {}],
    ['the most nights of one order', { checkIn: '2026-12-10', checkOut: '2027-01-09' }, {}],
    [
      "the homestay's fewest nights",
      { checkIn: '2026-12-10', checkOut: '2026-12-13' },
      { minimumNights: 3 },
    ],
    ['the furthest day ahead', { checkIn: '2027-12-01', checkOut: '2027-12-02' }, {}],
    ['as many guests as the homestay takes', { guests: 4 }, {}],
    ['one guest', { guests: 1 }, {}],
  ];
  test.each(taken)('%s', (_title, input, homestay) => {
    expect(place(input, homestay)).toMatchObject({ state: 'WAIT_PAY' });
  });
});

test('a remark is counted by the characters that a person sees', () => {
  const family = '👩‍👩‍👧‍👦';
  expect(malformed(sampleInput({ remark: family.repeat(200) }))).toBeNull();
  expect(malformed(sampleInput({ remark: family.repeat(201) }))).toMatchObject({
    reason: 'REMARK_TOO_LONG',
  });
  expect(
    malformed(sampleInput({ remark: '😀'.repeat(200), idempotencyKey: '😀'.repeat(64) })),
  ).toBeNull();
  expect(malformed(sampleInput({ remark: '😀'.repeat(201) }))).toMatchObject({
    reason: 'REMARK_TOO_LONG',
  });
});

test("today is the date in the homestay's time zone, not in the server's", () => {
  const lateInLondon = new Date('2026-12-10T23:30:00.000Z');
  const stay = { checkIn: '2026-12-10', checkOut: '2026-12-11' };
  expect(place(stay, { timeZone: 'Asia/Shanghai' }, lateInLondon)).toMatchObject({
    reason: 'CHECK_IN_PAST',
  });
  expect(place(stay, { timeZone: 'Europe/London' }, lateInLondon)).toMatchObject({
    state: 'WAIT_PAY',
  });
});

test('a stay over the end of daylight saving time has as many nights as dates', () => {
  const order = place(
    { checkIn: '2027-03-27', checkOut: '2027-03-30' },
    { timeZone: 'Europe/Lisbon' },
  ) as Order;
  expect(order.nights).toBe(3);
});

describe('the price comes from the homestay alone', () => {
  const stay = { checkIn: '2026-12-10', checkOut: '2026-12-13', guests: 2 };
  test.each([
    ['by the night', { needFood: false }, { soldPerPerson: false }, 90_000, 0],
    ['by the night and guest', { needFood: false }, { soldPerPerson: true }, 180_000, 0],
    [
      'with food for each guest and night',
      { needFood: true },
      { soldPerPerson: false },
      90_000,
      30_000,
    ],
    ['by the guest with food', { needFood: true }, { soldPerPerson: true }, 180_000, 30_000],
  ])('%s', (_title, input, homestay, forNights, forFood) => {
    const order = place({ ...stay, ...input }, homestay) as Order;
    expect(order.homestayTotal).toEqual({ amount: forNights, currency: 'CNY' });
    expect(order.foodTotal).toEqual({ amount: forFood, currency: 'CNY' });
    expect(order.total).toEqual({ amount: forNights + forFood, currency: 'CNY' });
  });
});

test.each([
  ['2026-12-01T04:00:00.000Z', '2026-12-01T04:20:00.000Z'],
  ['2026-12-01T04:00:00.001Z', '2026-12-01T04:20:01.000Z'],
  ['2026-12-01T04:00:00.999Z', '2026-12-01T04:20:01.000Z'],
])('an order placed at %s closes at %s, rounded up to a whole second', (placed, closes) => {
  expect(closeAtOf(new Date(placed), sampleLimits.closeAfterMs).toISOString()).toBe(closes);
});

test('an order keeps the address of a traveller who has one', () => {
  const placed = (email?: string) =>
    placeOrder(sampleInput(), {
      ...{ traveller: { userId: 'traveller-an', email }, homestay: sampleHomestay() },
      ...{ sn: 'HSO2026120104000012345678', ticketCode: 'T1CKETC0DE000000' },
      ...{ now: sampleNow, limits: sampleLimits },
    });
  expect(placed('an@example.org')).toHaveProperty('travellerEmail', 'an@example.org');
  expect(placed()).not.toHaveProperty('travellerEmail');
});

test('an order keeps a snapshot of the homestay', () => {
  const order = place(
    {},
    { title: 'The old name', price: { amount: 100, currency: 'EUR' } },
  ) as Order;
  expect(order.snapshot).toMatchObject({
    title: 'The old name',
    price: { amount: 100, currency: 'EUR' },
  });
  expect(order.history).toEqual([{ state: 'WAIT_PAY', at: sampleNow, cause: 'PLACED' }]);
});

test.each([
  ['the nights', { needFood: false }, {}],
  ['the food', { needFood: true }, { price: { amount: 1, currency: 'CNY' } }],
])('A10, F17: an order is refused if %s cost more than a number can hold exactly', (_title, input, given) => {
  const most = { amount: Number.MAX_SAFE_INTEGER, currency: 'CNY' };
  const homestay = { price: most, foodPrice: most, ...given };
  expect(place({ ...input, guests: 1 }, homestay)).toMatchObject({ reason: 'AMOUNT_TOO_LARGE' });
});

test('an order that costs exactly as much as a number can hold is accepted', () => {
  const price = { amount: Number.MAX_SAFE_INTEGER, currency: 'CNY' };
  const stay = { checkIn: '2026-12-10', checkOut: '2026-12-11' };
  expect(place(stay, { price })).toMatchObject({ total: price });
});
