import { expect, test } from '@jest/globals';
import { sampleNow, sampleOrder } from '../../../testing/order/sample-order.ts';
import type { Stay } from '../domain/stay.ts';
import { createLoaders } from './loaders.ts';

/** Loaders of a request, and what was read for it. */
function request() {
  const orders = [sampleOrder(), sampleOrder()];
  const read: unknown[] = [];
  const loaders = createLoaders({
    now: async () => sampleNow,
    ordersBySn: async (sns) => {
      read.push([...sns]);
      return orders.filter(({ sn }) => sns.includes(sn)).reverse();
    },
    heldNightsAmong: async (ids, { checkIn, checkOut }: Stay) => {
      read.push([...ids, checkIn, checkOut]);
      return ids.map((homestayId) => ({ homestayId, night: checkIn }));
    },
  });
  return { loaders, read, sns: orders.map(({ sn }) => sn) };
}

test('the orders of a request are read in one query, and each load gets its own', async () => {
  const { loaders, read, sns } = request();
  const asked = [...sns, 'HSO0', ...sns];
  const found = await Promise.all(asked.map((sn) => loaders.orders.load(sn)));
  expect(found.map((order) => order?.sn)).toEqual([...sns, undefined, ...sns]);
  expect(read).toEqual([[...sns, 'HSO0']]);
});

test('the nights of many homestays are read in one query for each pair of dates', async () => {
  const { loaders, read } = request();
  const may = { checkIn: '2027-05-01', checkOut: '2027-06-01' };
  const june = { checkIn: '2027-06-01', checkOut: '2027-07-01' };
  const keys = [may, june].flatMap((stay) =>
    ['a', 'b'].map((homestayId) => ({ homestayId, ...stay })),
  );
  const held = await Promise.all([...keys, ...keys].map((key) => loaders.heldNights.load(key)));
  expect(held.map((nights) => [...nights])).toEqual(
    [...keys, ...keys].map(({ checkIn }) => [checkIn]),
  );
  expect(read).toEqual([
    ['a', 'b', '2027-05-01', '2027-06-01'],
    ['a', 'b', '2027-06-01', '2027-07-01'],
  ]);
});
