import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Database } from '../../../runtime/mongo.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { type OrderStores, openOrderStores } from '../../../testing/order/open-stores.ts';
import { sampleOrder } from '../../../testing/order/sample-order.ts';
import type { Order } from '../domain/order.ts';
import { orderStates } from '../domain/state.ts';

let database: Database;
let store: OrderStores;
beforeAll(async () => {
  database = await freshDatabase('order');
  store = await openOrderStores(database);
});
afterAll(() => database.stop());

const closeAt = new Date('2030-01-01T00:00:00.000Z');
const before = new Date(closeAt.getTime() - 1);

const placed = async (given: Partial<Order> = {}) => {
  const order = sampleOrder({ closeAt, homestayId: crypto.randomUUID(), ...given });
  await store.place(order);
  return order.sn;
};
const hold = (sn: string, paymentSn: string, now = before) =>
  store.holdForPayment(sn, paymentSn, now);
const attemptOf = async (sn: string) => (await store.order(sn))?.attempt;

test.each(
  orderStates,
)('an attempt holds an order that is %s only if it is unpaid', async (state) => {
  const sn = await placed({ state });
  const waits = state === 'WAIT_PAY';
  expect(await hold(sn, 'PMT1')).toBe(waits);
  expect(await attemptOf(sn)).toEqual(
    waits ? { paymentSn: 'PMT1', closeFrom: closeAt } : undefined,
  );
});

test('an attempt holds an order only before its deadline', async () => {
  const sn = await placed();
  expect(await hold(sn, 'PMT1', closeAt)).toBe(false);
  expect(await hold(sn, 'PMT1', before)).toBe(true);
});

test('one attempt holds an order at a time, and the same one again', async () => {
  const sn = await placed();
  expect(await hold(sn, 'PMT1')).toBe(true);
  expect(await hold(sn, 'PMT2')).toBe(false);
  expect(await hold(sn, 'PMT1')).toBe(true);
});

test('what an attempt is called is not read as the name of a field', async () => {
  const sn = await placed();
  expect(await hold(sn, '$ticketCode')).toBe(true);
  expect(await attemptOf(sn)).toEqual({ paymentSn: '$ticketCode', closeFrom: closeAt });
});

test('no attempt holds an order that is not there', async () => {
  expect(await hold('HSO0', 'PMT1')).toBe(false);
});

test('of many attempts at once one holds the order', async () => {
  const sn = await placed();
  const all = await Promise.all(Array.from({ length: 10 }, (_, i) => hold(sn, `PMT${i}`)));
  expect(all.filter(Boolean)).toHaveLength(1);
});

test('an attempt that has ended never holds the order again, though its request comes late', async () => {
  const sn = await placed();
  await hold(sn, 'PMT1');
  expect(await store.releaseFromPayment(sn, 'PMT1')).not.toHaveProperty('attempt');
  expect(await hold(sn, 'PMT1')).toBe(false);
  expect(await hold(sn, 'PMT2')).toBe(true);
});

test('the release of another attempt, or before the hold, leaves the attempt that holds', async () => {
  const sn = await placed();
  await hold(sn, 'PMT2');
  expect(await store.releaseFromPayment(sn, 'PMT1')).toMatchObject({
    attempt: { paymentSn: 'PMT2' },
    endedAttempts: ['PMT1'],
  });
  await store.releaseFromPayment(sn, 'PMT2');
  expect(await hold(sn, 'PMT1')).toBe(false);
  expect(await store.releaseFromPayment('HSO0', 'PMT1')).toBeNull();
});

describe('when the order no longer waits', () => {
  const at = new Date('2029-01-01T00:00:00.000Z');

  test('the attempt that paid it is over', async () => {
    const sn = await placed();
    await hold(sn, 'PMT1');
    const paid = await store.change({ sn, cause: 'PAID', at, paymentSn: 'PMT1' });
    expect(await attemptOf(sn)).toBeUndefined();
    // It ends with the write that pays the order, not after it.
    expect(paid).toMatchObject({ state: 'WAIT_USE' });
    expect(paid).not.toHaveProperty('attempt');
  });

  test.each([
    ['PAID', { paymentSn: 'PMT0' }],
    ['CANCELLED_BY_TRAVELLER', {}],
  ] as const)('after %s another attempt is to be closed now', async (cause, more) => {
    const sn = await placed();
    await hold(sn, 'PMT1');
    await store.change({ sn, cause, at, ...more });
    expect(await attemptOf(sn)).toEqual({ paymentSn: 'PMT1', closeFrom: at });
  });
});

test('attempts are to be closed from their time on, in pages by serial number', async () => {
  const from = (ms: number) => new Date(Date.UTC(2027) + ms);
  const attempts = [0, 0, 1].map((ms, i) => ({ paymentSn: `PMT-${i}`, closeFrom: from(ms) }));
  const sns: string[] = [];
  for (const attempt of attempts) sns.push(await placed({ attempt }));
  await placed();
  const open = async (ms: number, after = '', limit = 10) =>
    (await store.attemptsToClose(from(ms), after, limit)).filter(({ paymentSn }) =>
      paymentSn.startsWith('PMT-'),
    );
  expect(await open(0)).toEqual([
    { orderSn: sns[0], paymentSn: 'PMT-0' },
    { orderSn: sns[1], paymentSn: 'PMT-1' },
  ]);
  expect(await open(1, sns[0])).toEqual([
    { orderSn: sns[1], paymentSn: 'PMT-1' },
    { orderSn: sns[2], paymentSn: 'PMT-2' },
  ]);
});
