import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Database } from '../../../runtime/mongo.ts';
import { serialNumber } from '../../../runtime/serial-number.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { type OrderStores, openOrderStores } from '../../../testing/order/open-stores.ts';
import { sampleNow, sampleOrder } from '../../../testing/order/sample-order.ts';
import type { Order } from '../domain/order.ts';
import type { OrderSearch } from '../domain/order-search.ts';
import { isPaid, orderStates } from '../domain/state.ts';

let database: Database;
let store: OrderStores;
beforeAll(async () => {
  database = await freshDatabase('order');
  store = openOrderStores(database);
});
afterAll(() => database.stop());

test('pages of orders that were placed in the same instant lose none and repeat none', async () => {
  const travellerId = 'traveller-busy';
  const later = new Date(sampleNow.getTime() + 1);
  const orders = [sampleNow, sampleNow, sampleNow, later, later].map((createdAt) =>
    sampleOrder({ travellerId, createdAt, homestayId: crypto.randomUUID() }),
  );
  for (const order of orders) await store.place(order);
  const seen: string[] = [];
  for (let after: { createdAt: Date; sn: string } | null = null; ; ) {
    const [next] = await store.searchOrders({ travellerId }, after, 1);
    if (!next) break;
    seen.push(next.sn);
    after = next;
  }
  expect(seen).toEqual(orders.map(({ sn }) => sn).reverse());
});

/** An order in each state there is, placed in an hour of its own. */
async function oneInEachState(hour: number, given: Partial<Order> = {}) {
  const at = new Date(Date.UTC(2027, 0, 1, hour));
  const orders = orderStates.map((state) =>
    sampleOrder({
      sn: serialNumber('HSO', at),
      createdAt: at,
      homestayId: crypto.randomUUID(),
      state,
      ...given,
    }),
  );
  for (const order of orders) await store.place(order);
  return { at, orders };
}
const statesOf = (orders: Order[]) => orders.map(({ state }) => state).sort();

test('an order that was ever paid is found by reconciliation, whatever state there is', async () => {
  const { at } = await oneInEachState(1);
  const found = await store.paidSince(at, '', 100);
  expect(statesOf(found)).toEqual(orderStates.filter(isPaid).sort());
  expect(await store.paidSince(new Date(at.getTime() + 1_000), '', 100)).toEqual([]);
  const [first, second] = found;
  expect(await store.paidSince(at, first?.sn ?? '', 1)).toEqual([second]);
});

test('unused orders are paid, held by no refund, and leave by the date', async () => {
  const given = { checkIn: '2027-02-01', checkOut: '2027-02-03' };
  const { orders } = await oneInEachState(3, given);
  await oneInEachState(4, { ...given, refundSn: 'RFD1' });
  const paid = orders.filter(({ state }) => state === 'WAIT_USE');
  expect(await store.unusedUntil('2027-02-02', 'HSO2027010103', 10)).toEqual([]);
  expect(await store.unusedUntil('2027-02-03', 'HSO2027010103', 10)).toEqual(paid);
  expect(await store.unusedUntil('2027-02-03', paid[0]?.sn ?? '', 10)).toEqual([]);
});

test('orders are found by host, homestay, traveller, state, and dates of arrival and departure', async () => {
  const at = (hostId: string, given: Partial<Order>) => {
    const order = sampleOrder({ homestayId: crypto.randomUUID(), ...given });
    return { ...order, snapshot: { ...order.snapshot, hostId } };
  };
  const stay = { checkIn: '2027-03-01', checkOut: '2027-03-04' };
  const a = at('host-search', { ...stay, homestayId: 'search-a', travellerId: 'guest-a' });
  const b = at('host-search', { checkIn: '2027-03-04', checkOut: '2027-03-06', state: 'USED' });
  const others = at('host-other', { ...stay, homestayId: 'search-c' });
  for (const order of [a, b, others]) await store.place(order);
  const found = async (search: OrderSearch, after: Order | null = null) =>
    (await store.searchOrders(search, after, 10)).map(({ sn }) => sn).sort();
  const host = { hostId: 'host-search' };

  expect(await found(host)).toEqual([a.sn, b.sn].sort());
  expect(await found({ ...host, homestayId: 'search-a' })).toEqual([a.sn]);
  expect(await found({ travellerId: 'guest-a' })).toEqual([a.sn]);
  expect(await found({ ...host, states: ['USED'] })).toEqual([b.sn]);
  expect(await found({ ...host, states: [] })).toEqual([]);
  const day = { from: '2027-03-04', to: '2027-03-04' };
  expect(await found({ ...host, checkIn: day })).toEqual([b.sn]);
  expect(await found({ ...host, checkOut: day })).toEqual([a.sn]);
  expect(await found({ sn: others.sn })).toEqual([others.sn]);
  expect(await found({ ...host, sn: others.sn })).toEqual([]);
  const [newest, next] = await store.searchOrders(host, null, 10);
  expect(await found(host, newest)).toEqual([next?.sn]);
});
