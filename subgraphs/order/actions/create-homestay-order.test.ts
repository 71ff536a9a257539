import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import {
  sampleHomestay,
  sampleInput,
  sampleLimits,
  sampleNow,
} from '../../../testing/order/sample-order.ts';
import type { Homestay, Order, OrderInput } from '../domain/order.ts';
import { nightsOf } from '../domain/stay.ts';
import { type CreateHomestayOrderNeeds, createHomestayOrder } from './create-homestay-order.ts';

const nightsHeldBy = (orders: readonly Order[], wanted: readonly string[]) =>
  orders
    .flatMap((order) => nightsOf(order).map((night) => ({ night, orderSn: order.sn })))
    .filter(({ night }) => wanted.includes(night));

/** A service without orders, with whatever a test wants otherwise. */
function service(given: Partial<CreateHomestayOrderNeeds> = {}) {
  const orders: Order[] = [];
  const closeJobs: Date[] = [];
  const needs: CreateHomestayOrderNeeds = {
    now: async () => sampleNow,
    limits: sampleLimits,
    homestay: async () => sampleHomestay(),
    orderByKey: async (_, key) =>
      orders.find(({ idempotencyKey }) => idempotencyKey === key) ?? null,
    orderWithoutKey: async () => null,
    heldNights: async (_, wanted) => nightsHeldBy(orders, wanted),
    ordersBySn: async (sns) => orders.filter(({ sn }) => sns.includes(sn)),
    place: async (order) => {
      if (nightsHeldBy(orders, nightsOf(order)).length > 0) return 'nights taken';
      const { idempotencyKey } = order;
      if (orders.some((other) => other.idempotencyKey === idempotencyKey)) return 'order key taken';
      orders.push(order);
      return 'placed';
    },
    setCloseJob: async (closeAt) => {
      await nextTurn();
      closeJobs.push(closeAt);
    },
    ...given,
  };
  const order = (input: Partial<OrderInput>) =>
    createHomestayOrder(needs, { userId: 'traveller-an' }, sampleInput(input));
  return { needs, orders, closeJobs, order };
}

describe('a repeated request returns the first order', () => {
  const input = { idempotencyKey: 'one and the same', remark: 'late' };
  const travelIsAway = () => Promise.reject<Homestay>(new Error('no answer'));

  test('even if travel does not answer', async () => {
    const { needs, order } = service();
    const first = await order(input);
    needs.homestay = travelIsAway;
    expect(await order(input)).toBe(first);
    await expect(order({})).rejects.toThrow('no answer');
  });

  test('whose nights are free again', async () => {
    const { needs, orders, order } = service();
    const first = await order(input);
    orders[0] = { ...(orders[0] as Order), checkIn: '2027-01-10', checkOut: '2027-01-12' };
    needs.orderByKey = async () => first as Order;
    expect(await order(input)).toBe(first);
  });

  test('if the homestay would refuse it now', async () => {
    const { needs, order } = service();
    const first = await order(input);
    needs.homestay = async () => sampleHomestay({ onShelf: false });
    expect(await order(input)).toBe(first);
    expect(await order({})).toMatchObject({ reason: 'HOMESTAY_OFF_SHELF' });
  });

  test('if its traveller has too many unpaid orders by now', async () => {
    const { needs, order } = service();
    const first = await order(input);
    needs.place = async () => 'too many unpaid';
    expect(await order(input)).toBe(first);
    expect(await order({})).toMatchObject({ reason: 'TOO_MANY_UNPAID' });
  });

  test('that a version before this one has placed, which wrote no key', async () => {
    const { needs, orders, order } = service();
    const first = await order(input);
    needs.orderByKey = async () => null;
    needs.orderWithoutKey = async () => orders[0] as Order;
    expect(await order(input)).toBe(first);
    needs.place = async () => 'order key taken';
    expect(await order(input)).toBe(first);
  });

  test('if the remark has a lone surrogate, which no database keeps', async () => {
    const { orders, order } = service();
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
  ])('but is refused with %j instead', async (other) => {
    const { order } = service();
    await order(input);
    expect(await order({ ...input, ...other })).toMatchObject({ reason: 'IDEMPOTENCY_KEY_REUSED' });
  });
});

test('a placed order gets a close job at its deadline, a refused one gets none', async () => {
  const { closeJobs, order } = service();
  const placed = (await order({})) as Order;
  expect(await order({})).toMatchObject({
    reason: 'NIGHTS_TAKEN',
    takenNights: ['2026-12-10', '2026-12-11'],
  });
  expect(closeJobs).toEqual([placed.closeAt]);
});

test('a serial number that is taken is replaced by another', async () => {
  const tried: string[] = [];
  const { order } = service({
    place: async ({ sn }) => (tried.push(sn) < 3 ? 'order key taken' : 'placed'),
  });
  expect(await order({})).toMatchObject({ state: 'WAIT_PAY', sn: tried[2] });
  expect(new Set(tried).size).toBe(3);
});

test('ten lost races in a row are a fault; nights that are free again are no reason to ask for the key', async () => {
  const asked: string[] = [];
  const { order } = service({
    orderByKey: async () => {
      asked.push('key');
      return null;
    },
    place: async () => {
      asked.push('place');
      return 'nights taken';
    },
  });
  await expect(order({})).rejects.toThrow('no order could be placed in 10 turns');
  expect(asked).toEqual(Array(10).fill('place'));
});

test('an order that is placed has asked for nothing but the time and the homestay', async () => {
  const asked: string[] = [];
  const ask = <T>(what: string, answer: T) => {
    asked.push(what);
    return Promise.resolve(answer);
  };
  const { order } = service({
    now: () => ask('time', sampleNow),
    homestay: () => ask('homestay', sampleHomestay()),
    orderByKey: () => ask('key', null),
    orderWithoutKey: () => ask('old key', null),
    heldNights: () => ask('nights', []),
    ordersBySn: () => ask('orders', []),
  });
  expect(await order({})).toMatchObject({ state: 'WAIT_PAY' });
  expect(asked.sort()).toEqual(['homestay', 'time']);
});

test('an order without a key is looked for only if something of it may be in the way', async () => {
  let looks = 0;
  const { order } = service({
    place: async () => 'too many unpaid',
    orderWithoutKey: async () => {
      looks += 1;
      return null;
    },
  });
  expect(await order({})).toMatchObject({ reason: 'TOO_MANY_UNPAID' });
  expect(looks).toBe(0);
});

test('each turn is judged by the time of its own', async () => {
  const times = [sampleNow, new Date(sampleNow.getTime() + 60_000)];
  const { order } = service({
    now: async () => times.shift() as Date,
    place: async ({ createdAt }) => (createdAt === sampleNow ? 'order key taken' : 'placed'),
  });
  expect(await order({})).toMatchObject({ createdAt: new Date(sampleNow.getTime() + 60_000) });
});

test('exactly one taken night is named', async () => {
  const { order } = service();
  await order({ checkIn: '2026-12-10', checkOut: '2026-12-11' });
  expect(await order({ checkIn: '2026-12-10', checkOut: '2026-12-12' })).toMatchObject({
    reason: 'NIGHTS_TAKEN',
    takenNights: ['2026-12-10'],
  });
});

test('if nights are taken, those of the wanted homestay are looked for', async () => {
  const looks: unknown[] = [];
  const { order } = service({
    place: async () => (looks.length === 0 ? 'nights taken' : 'placed'),
    heldNights: async (...look) => {
      looks.push(look);
      return [];
    },
  });
  await order({ homestayId: 'lake-house' });
  expect(looks).toEqual([['lake-house', ['2026-12-10', '2026-12-11']]]);
});

test('malformed input is refused before anything is asked', async () => {
  const asked = () => Promise.reject(new Error('asked'));
  const { order } = service({ homestay: asked, now: asked, orderByKey: asked });
  expect(await order({ remark: 'x'.repeat(201) })).toMatchObject({ reason: 'REMARK_TOO_LONG' });
});

test('the rules of the homestay are obeyed', async () => {
  const { orders, order } = service({ homestay: async () => null });
  expect(await order({})).toMatchObject({ reason: 'HOMESTAY_UNKNOWN' });
  expect(orders).toEqual([]);
});

test('an order has a serial number, a ticket code, and its traveller', async () => {
  const { order } = service();
  expect(await order({})).toMatchObject({
    sn: expect.stringMatching(/^HSO20261201040000\d{8}$/),
    ticketCode: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{16}$/),
    travellerId: 'traveller-an',
    createdAt: sampleNow,
  });
});

test('F20: a traveller whose own unpaid order is in the way is told its serial number', async () => {
  const { orders, order } = service();
  const own = (await order({ guests: 1 })) as Order;
  expect(await order({ guests: 2 })).toMatchObject({
    reason: 'NIGHTS_TAKEN',
    ownOrderSn: own.sn,
    message: expect.stringContaining(own.sn),
  });
  orders[0] = { ...own, state: 'WAIT_USE' };
  expect(await order({ guests: 2 })).not.toHaveProperty('ownOrderSn');
  orders[0] = { ...own, travellerId: 'traveller-bo' };
  expect(await order({ guests: 2 })).not.toHaveProperty('ownOrderSn');
});

test('a traveller with too many unpaid orders is refused, and the limits are passed on', async () => {
  const limits: unknown[] = [];
  const { closeJobs, order } = service({
    place: async (_, given) => {
      limits.push(given);
      return 'too many unpaid';
    },
  });
  expect(await order({})).toMatchObject({ reason: 'TOO_MANY_UNPAID' });
  expect(limits).toEqual([sampleLimits]);
  expect(closeJobs).toEqual([]);
});
