import { describe, expect, test } from '@jest/globals';
import {
  sampleHomestay,
  sampleInput,
  sampleLimits,
  sampleNow,
} from '../../../testing/order/sample-order.ts';
import type { Homestay, Order } from '../domain/order.ts';
import { nightsOf } from '../domain/stay.ts';
import { type CreateHomestayOrderNeeds, createHomestayOrder } from './create-homestay-order.ts';

/** A world in which nothing is ordered yet, and what a test wants otherwise. */
function world(given: Partial<CreateHomestayOrderNeeds> = {}) {
  const orders: Order[] = [];
  const alarms: Date[] = [];
  const needs: CreateHomestayOrderNeeds = {
    now: async () => sampleNow,
    limits: sampleLimits,
    homestay: async () => sampleHomestay(),
    orderByKey: async (_, key) =>
      orders.find(({ idempotencyKey }) => idempotencyKey === key) ?? null,
    heldNights: async (_, wanted) =>
      orders.flatMap(nightsOf).filter((night) => wanted.includes(night)),
    place: async (order) => {
      orders.push(order);
      return 'placed';
    },
    setAlarm: async (closeAt) => void alarms.push(closeAt),
    ...given,
  };
  const order = (input: Parameters<typeof sampleInput>[0]) =>
    createHomestayOrder(needs, 'traveller-an', sampleInput(input));
  return { needs, orders, alarms, order };
}

describe('who repeats a request gets the first order', () => {
  const input = { idempotencyKey: 'one and the same', remark: 'late' };
  const travelIsAway = () => Promise.reject<Homestay>(new Error('no answer'));

  test('whether travel answers or not', async () => {
    const { needs, order } = world();
    const first = await order(input);
    needs.homestay = travelIsAway;
    expect(await order(input)).toBe(first);
    await expect(order({})).rejects.toThrow('no answer');
  });

  test('where the first was placed between the look for it and the look for its nights', async () => {
    const { needs, orders, order } = world();
    const first = await order(input);
    let looks = 0;
    needs.orderByKey = async () => (looks++ === 0 ? null : (orders[0] as Order));
    expect(await order(input)).toBe(first);
  });

  test('where the first was placed between the look for its nights and the write', async () => {
    const { needs, orders, order } = world();
    const first = await order(input);
    let looks = 0;
    needs.orderByKey = async () => (looks++ === 0 ? null : (orders[0] as Order));
    needs.heldNights = async () => [];
    needs.place = async () => 'order key taken';
    expect(await order(input)).toBe(first);
  });

  test('where the remark holds half a character, which no database keeps', async () => {
    const { orders, order } = world();
    const halved = { ...input, remark: 'half \ud83d' };
    const first = await order(halved);
    expect(orders[0]?.remark).toBe('half \ufffd');
    expect(await order(halved)).toBe(first);
  });

  test.each([
    { homestayId: 'another' },
    { checkIn: '2026-12-11' },
    { checkOut: '2026-12-13' },
    { guests: 1 },
    { needFood: true },
    { remark: 'early' },
  ])('but not with %j instead', async (other) => {
    const { order } = world();
    await order(input);
    expect(await order({ ...input, ...other })).toMatchObject({ reason: 'IDEMPOTENCY_KEY_REUSED' });
  });
});

test('an order that is placed has its alarm, at its deadline; one that is refused has none', async () => {
  const { alarms, order } = world();
  const placed = (await order({})) as Order;
  expect(await order({})).toMatchObject({
    reason: 'NIGHTS_TAKEN',
    takenNights: ['2026-12-10', '2026-12-11'],
  });
  expect(alarms).toEqual([placed.closeAt]);
});

test('a serial number that is there already is tried again with another', async () => {
  const tried: string[] = [];
  const { order } = world({
    place: async ({ sn }) => (tried.push(sn) < 3 ? 'order key taken' : 'placed'),
  });
  expect(await order({})).toMatchObject({ state: 'WAIT_PAY', sn: tried[2] });
  expect(new Set(tried).size).toBe(3);
});

test('a write that comes too late every time ends as a fault', async () => {
  const { order } = world({ place: async () => 'nights taken' });
  await expect(order({})).rejects.toThrow('no order could be placed in 10 turns');
});
