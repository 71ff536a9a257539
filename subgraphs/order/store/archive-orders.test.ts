import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Database } from '../../../runtime/mongo.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { type OrderStores, openOrderStores } from '../../../testing/order/open-stores.ts';
import { sampleOrder } from '../../../testing/order/sample-order.ts';
import type { Order } from '../domain/order.ts';
import { orderStates } from '../domain/state.ts';
import { nightsOf } from '../domain/stay.ts';
import { archiveCollection, archiveOrders } from './archive-orders.ts';
import { orderCollection, toDocument } from './order-document.ts';

let database: Database;
let store: OrderStores;
beforeAll(async () => {
  database = await freshDatabase('order');
  store = openOrderStores(database);
});
afterAll(() => database.stop());

let homes = 0;
const placed = async (given: Partial<Order>): Promise<Order> => {
  homes += 1;
  const order = { ...sampleOrder({ homestayId: `home-${homes}` }), ...given };
  expect(await store.place(order)).toBe('placed');
  return order;
};
const stay = (year: number) => ({ checkIn: `${year}-03-01`, checkOut: `${year}-03-03` });
const ofYear = (year: number, given: Partial<Order> = {}) =>
  placed({ ...stay(year), createdAt: new Date(Date.UTC(year)), state: 'USED', ...given });
const isArchived = async ({ sn }: Order) =>
  (await archiveCollection(database.db).findOne({ _id: sn })) !== null;
const isAmongOrders = async ({ sn }: Order) =>
  (await orderCollection(database.db).findOne({ _id: sn })) !== null;
const heldNights = ({ homestayId, ...of }: Order) => store.heldNights(homestayId, nightsOf(of));

test('orders that ended before a date move with all that they say; their nights are forgotten', async () => {
  const old = await ofYear(2001);
  const later = await ofYear(2002);
  const attempt = { paymentSn: 'PMT1', closeFrom: new Date() };
  const undecided = await ofYear(2001, { state: 'CANCELLED', attempt });
  expect(await store.archiveOrders('2001-03-04', 10)).toBe(1);
  expect(await isArchived(old)).toBe(true);
  expect(await isAmongOrders(old)).toBe(false);
  expect(await heldNights(old)).toEqual([]);
  for (const order of [later, undecided]) {
    expect(await isAmongOrders(order)).toBe(true);
    expect(await isArchived(order)).toBe(false);
    expect(await heldNights(order)).toHaveLength(2);
  }
  expect(await store.order(old.sn)).toEqual(old);
  expect(await store.orderByKey(old.travellerId, old.idempotencyKey)).toEqual(old);
  const both = await store.ordersBySn([old.sn, later.sn]);
  expect(new Set(both.map(({ sn }) => sn))).toEqual(new Set([old.sn, later.sn]));
});

test('an order that can still change stays, however old', async () => {
  const orders = await Promise.all(orderStates.map((state) => ofYear(1999, { state })));
  await store.archiveOrders('1999-12-31', 100);
  const left: string[] = [];
  for (const order of orders) if (!(await isArchived(order))) left.push(order.state);
  expect(left.sort()).toEqual(['WAIT_PAY', 'WAIT_USE']);
});

test('a list goes on through the archive, each order once, the newest first', async () => {
  const travellerId = 'of old';
  const orders: Order[] = [];
  for (let year = 2010; year < 2017; year += 1) orders.push(await ofYear(year, { travellerId }));
  await store.archiveOrders('2013-12-31', 100);
  const listed: string[] = [];
  let last: Order | undefined;
  do {
    const after = last ? { createdAt: last.createdAt, sn: last.sn } : null;
    const page = await store.searchOrders({ travellerId }, after, 3);
    listed.push(...page.map(({ sn }) => sn));
    last = page.at(-1);
  } while (last);
  expect(listed).toEqual(orders.map(({ sn }) => sn).reverse());
});

test('an order that is read while it moves is listed once', async () => {
  const order = await ofYear(2020, { travellerId: 'between' });
  await archiveCollection(database.db).insertOne(toDocument(order));
  expect(await store.searchOrders({ travellerId: 'between' }, null, 10)).toHaveLength(1);
});

test.each([
  ['the archive refuses it', true],
  ['its nights cannot be forgotten', false],
])('nothing has moved if %s', async (_, archived) => {
  const order = await ofYear(1995);
  const archive = archiveCollection(database.db);
  if (archived) await archive.insertOne(toDocument(order));
  const fail = () => Promise.reject(new Error('no'));
  const freeNights = archived ? store.freeNights : fail;
  const moving = archiveOrders(database, orderCollection(database.db), { freeNights });
  await expect(moving.archiveOrders('1995-12-31', 10)).rejects.toThrow();
  expect(await isAmongOrders(order)).toBe(true);
  expect(await heldNights(order)).toHaveLength(2);
  await archive.deleteOne({ _id: order.sn });
  expect(await store.archiveOrders('1995-12-31', 10)).toBe(1);
});

test('several processes at once move each order once', async () => {
  await Promise.all(Array.from({ length: 40 }, () => ofYear(1990)));
  const moveAll = async () => {
    let all = 0;
    for (let some = -1; some !== 0; all += some) some = await store.archiveOrders('1990-12-31', 15);
    return all;
  };
  const moved = await Promise.all([moveAll(), moveAll(), moveAll()]);
  expect(moved.reduce((sum, some) => sum + some)).toBe(40);
});
