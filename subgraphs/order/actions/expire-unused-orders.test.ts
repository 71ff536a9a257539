import { expect, test } from '@jest/globals';
import { sampleOrder } from '../../../testing/order/sample-order.ts';
import type { Order } from '../domain/order.ts';
import { expireUnusedOrders } from './expire-unused-orders.ts';

/** A paid order that leaves on 12 December. */
const leaving = (timeZone: string): Order => {
  const order = sampleOrder({ state: 'WAIT_USE' });
  return { ...order, snapshot: { ...order.snapshot, timeZone } };
};

/** Expires these orders at an instant. Those of `lost` are changed otherwise at the same moment. */
async function expireAt(instant: string, orders: Order[], lost: Order[] = []) {
  const expired: unknown[] = [];
  const dates = new Set<string>();
  const looks: unknown[] = [];
  let failure: AggregateError | undefined;
  const count = await expireUnusedOrders({
    now: async () => new Date(instant),
    unusedUntil: async (date, after, limit) => {
      dates.add(date);
      looks.push([after, limit]);
      return orders.filter(({ sn }) => sn > after).slice(0, limit);
    },
    change: async (change) => {
      const order = orders.find(({ sn }) => sn === change.sn) as Order;
      if (lost.includes(order)) return null;
      expired.push(change);
      return order;
    },
  }).catch((error) => {
    failure = error;
  });
  return { count, expired, failure, dates: [...dates], looks };
}

const change = ({ sn }: Order, at: string) => ({ sn, cause: 'CHECK_OUT_PASSED', at: new Date(at) });

test.each([
  ['2026-12-12T15:59:59.999Z', []],
  ['2026-12-12T16:00:00.000Z', ['Asia/Shanghai']],
  ['2026-12-12T23:59:59.999Z', ['Asia/Shanghai']],
  ['2026-12-13T00:00:00.000Z', ['Asia/Shanghai', 'Europe/Lisbon']],
])('at %s the orders in %j have expired', async (instant, zones) => {
  const orders = ['Asia/Shanghai', 'Europe/Lisbon'].map(leaving);
  const expected = orders.filter(({ snapshot }) => zones.includes(snapshot.timeZone));
  const { count, expired } = await expireAt(instant, orders);
  expect(count).toBe(expected.length);
  expect(expired).toEqual(expected.map((order) => change(order, instant)));
});

test('candidates leave by the date where it is latest on earth', async () => {
  expect((await expireAt('2026-12-12T09:59:59.999Z', [])).dates).toEqual(['2026-12-12']);
  expect((await expireAt('2026-12-12T10:00:00.000Z', [])).dates).toEqual(['2026-12-13']);
});

test('more than 500 orders that may still be used do not hide one that has to expire', async () => {
  const usable = Array.from({ length: 520 }, () => leaving('America/Los_Angeles'));
  const unused = leaving('Asia/Shanghai');
  const { expired } = await expireAt('2026-12-12T16:00:00.000Z', [...usable, unused]);
  expect(expired).toEqual([change(unused, '2026-12-12T16:00:00.000Z')]);
});

test('exactly 500 orders are all expired, and the count leaves out those that changed otherwise', async () => {
  const orders = Array.from({ length: 500 }, () => leaving('Asia/Shanghai'));
  const lost = orders.slice(0, 2);
  const { count, expired, looks } = await expireAt('2026-12-13T00:00:00.000Z', orders, lost);
  expect(looks).toEqual([
    ['', 500],
    [orders.at(-1)?.sn, 500],
  ]);
  expect(count).toBe(498);
  expect(expired).toHaveLength(498);
});

test('a page that is not full is the last one', async () => {
  const { looks } = await expireAt('2026-12-13T00:00:00.000Z', [leaving('Asia/Shanghai')]);
  expect(looks).toEqual([['', 500]]);
});

test('A7: an order in an unknown time zone is reported and keeps no other from expiring', async () => {
  const unknown = leaving('Moon/Tranquility');
  const orders = [unknown, leaving('Asia/Shanghai'), leaving('Europe/Lisbon')];
  const { failure, expired } = await expireAt('2026-12-13T00:00:00.000Z', orders);
  expect(expired).toHaveLength(2);
  expect(failure?.message).toBe('2 orders expired, 1 could not');
  expect(failure?.errors[0].message).toContain(unknown.sn);
});
