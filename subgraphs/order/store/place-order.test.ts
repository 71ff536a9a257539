import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Database } from '../../../runtime/mongo.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { type OrderStores, openOrderStores } from '../../../testing/order/open-stores.ts';
import { sampleNow, sampleOrder } from '../../../testing/order/sample-order.ts';
import type { Order } from '../domain/order.ts';
import { orderCollection, toDocument } from './order-document.ts';

let database: Database;
let store: OrderStores;
beforeAll(async () => {
  database = await freshDatabase('order');
  store = openOrderStores(database);
});
afterAll(() => database.stop());

test('an order whose nights are partly taken leaves no trace', async () => {
  const first = sampleOrder({ homestayId: 'a', checkIn: '2026-12-12', checkOut: '2026-12-14' });
  const second = sampleOrder({ homestayId: 'a', checkIn: '2026-12-10', checkOut: '2026-12-13' });
  expect(await store.place(first)).toBe('placed');
  expect(await store.place(second)).toBe('nights taken');
  expect(await store.order(second.sn)).toBeNull();
  const nights = ['2026-12-10', '2026-12-11', '2026-12-12', '2026-12-13'];
  expect(await store.heldNights('a', nights)).toEqual([
    { night: '2026-12-12', orderSn: first.sn },
    { night: '2026-12-13', orderSn: first.sn },
  ]);
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

test('an order is found by its key, and by its own field if an older version placed it', async () => {
  const order = sampleOrder({ travellerId: 'a/b', homestayId: 'h', idempotencyKey: 'c' });
  await store.place(order);
  expect(await store.orderByKey('a/b', 'c')).toEqual(order);
  expect(await store.orderByKey('a', 'b/c')).toBeNull();
  expect(await store.orderByKey('somebody else', 'c')).toBeNull();

  const old = sampleOrder({ homestayId: 'i', idempotencyKey: 'old' });
  await orderCollection(database.db).insertOne(toDocument(old));
  expect(await store.orderByKey(old.travellerId, 'old')).toBeNull();
  expect(await store.orderWithoutKey(old.travellerId, 'old')).toEqual(old);
  expect(await store.place(sampleOrder({ homestayId: 'j', idempotencyKey: 'old' }))).toBe(
    'order key taken',
  );
});

test('overlapping orders at once never share a night', async () => {
  const stays = Array.from({ length: 60 }, (_, i) => {
    const from = 1 + (i % 20);
    const date = (day: number) => `2027-01-${String(day).padStart(2, '0')}`;
    return sampleOrder({
      homestayId: 'g',
      travellerId: `traveller-${i}`,
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

describe('unpaid orders of one traveller', () => {
  const limits = { maxUnpaid: 5, maxUnpaidAtHomestay: 3 };
  const orderOf = (travellerId: string, homestayId: string = crypto.randomUUID()) =>
    sampleOrder({ travellerId, homestayId });
  const placeAll = (orders: Order[]) =>
    Promise.all(orders.map((order) => store.place(order, limits)));
  const count = (outcomes: string[]) => outcomes.filter((outcome) => outcome === 'placed').length;

  test('are limited, however many are placed at once', async () => {
    const outcomes = await placeAll(Array.from({ length: 12 }, () => orderOf('hoarder')));
    // Two first orders of a traveller can meet at one key; the action places those again.
    const again = await placeAll(Array.from({ length: 5 }, () => orderOf('hoarder')));
    expect(count(outcomes) + count(again)).toBe(5);
    expect(await store.place(orderOf('hoarder'), limits)).toBe('too many unpaid');
    expect(await store.place(orderOf('somebody else'), limits)).toBe('placed');
  });

  test('are limited at one homestay', async () => {
    const stays = ['2026-12-10', '2026-12-11', '2026-12-12', '2026-12-13'].map((checkIn, i) =>
      sampleOrder({
        travellerId: 'fan',
        homestayId: 'popular',
        checkIn,
        checkOut: `2026-12-${11 + i}`,
      }),
    );
    const outcomes: string[] = [];
    for (const order of stays) outcomes.push(await store.place(order, limits));
    expect(outcomes).toEqual(['placed', 'placed', 'placed', 'too many unpaid']);
    expect(await store.place(orderOf('fan'), limits)).toBe('placed');
  });

  test('count no more once they are paid or closed', async () => {
    const orders = Array.from({ length: 5 }, () => orderOf('payer'));
    for (const order of orders) await store.place(order, limits);
    const [paid, cancelled] = orders as [Order, Order];
    await store.change({ sn: paid.sn, cause: 'PAID', at: sampleNow });
    await store.change({ sn: cancelled.sn, cause: 'CANCELLED_BY_TRAVELLER', at: sampleNow });
    expect(await store.place(orderOf('payer'), limits)).toBe('placed');
    expect(await store.place(orderOf('payer'), limits)).toBe('placed');
    expect(await store.place(orderOf('payer'), limits)).toBe('too many unpaid');
    const traveller = { _id: 'payer' as never };
    expect(await database.db.collection('travellers').findOne(traveller)).toMatchObject({
      unpaid: expect.not.arrayContaining([paid.sn, cancelled.sn]),
    });
  });
});
