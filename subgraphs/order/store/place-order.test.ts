import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Database } from '../../../runtime/mongo.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { type OrderStores, openOrderStores } from '../../../testing/order/open-stores.ts';
import { sampleOrder } from '../../../testing/order/sample-order.ts';

let database: Database;
let store: OrderStores;
beforeAll(async () => {
  database = await freshDatabase();
  store = await openOrderStores(database);
});
afterAll(() => database.stop());

test('an order whose nights are partly taken leaves no trace', async () => {
  const first = sampleOrder({ homestayId: 'a', checkIn: '2026-12-12', checkOut: '2026-12-14' });
  const second = sampleOrder({ homestayId: 'a', checkIn: '2026-12-10', checkOut: '2026-12-13' });
  expect(await store.place(first)).toBe('placed');
  expect(await store.place(second)).toBe('nights taken');
  expect(await store.order(second.sn)).toBeNull();
  expect(
    await store.heldNights('a', ['2026-12-10', '2026-12-11', '2026-12-12', '2026-12-13']),
  ).toEqual(['2026-12-12', '2026-12-13']);
});

test('stays that only touch do not take each other a night', async () => {
  expect(
    await store.place(
      sampleOrder({ homestayId: 'b', checkIn: '2026-12-10', checkOut: '2026-12-12' }),
    ),
  ).toBe('placed');
  expect(
    await store.place(
      sampleOrder({ homestayId: 'b', checkIn: '2026-12-12', checkOut: '2026-12-14' }),
    ),
  ).toBe('placed');
  expect(
    await store.place(
      sampleOrder({ homestayId: 'c', checkIn: '2026-12-10', checkOut: '2026-12-12' }),
    ),
  ).toBe('placed');
});

test('a serial number or an idempotency key that is there already is told apart from taken nights', async () => {
  const first = sampleOrder({ homestayId: 'd', idempotencyKey: 'same' });
  expect(await store.place(first)).toBe('placed');
  expect(await store.place(sampleOrder({ homestayId: 'e', idempotencyKey: 'same' }))).toBe(
    'order key taken',
  );
  expect(await store.place({ ...sampleOrder({ homestayId: 'f' }), sn: first.sn })).toBe(
    'order key taken',
  );
});

test('overlapping orders at once never share a night', async () => {
  const stays = Array.from({ length: 60 }, (_, i) => {
    const from = 1 + (i % 20);
    const date = (day: number) => `2027-01-${String(day).padStart(2, '0')}`;
    return sampleOrder({
      homestayId: 'g',
      checkIn: date(from),
      checkOut: date(from + 1 + (i % 3)),
    });
  });
  const outcomes = await Promise.all(stays.map((order) => store.place(order)));
  const nights = await database.db.collection('nights').find({ homestayId: 'g' }).toArray();
  const placed = stays.filter((_, i) => outcomes[i] === 'placed');
  expect(nights).toHaveLength(
    placed.reduce(
      (sum, { checkIn, checkOut }) => sum + Number(checkOut.slice(-2)) - Number(checkIn.slice(-2)),
      0,
    ),
  );
  expect(new Set(nights.map(({ orderSn }) => orderSn))).toEqual(
    new Set(placed.map(({ sn }) => sn)),
  );
  expect(placed.length).toBeGreaterThan(5);
});
