import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Database } from '../../../runtime/mongo.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { newPayment, type OrderToPay } from '../domain/payment.ts';
import { type PaymentStore, paymentStore } from './payments.ts';

let database: Database;
let store: PaymentStore;
beforeAll(async () => {
  database = await freshDatabase();
  store = paymentStore(database);
  await store.prepare();
});
afterAll(() => database?.stop());

const now = new Date('2026-12-01T12:00:00.000Z');
const payment = (sn: string, orderSn = `HSO of ${sn}`) => {
  const order = {
    ...{ sn: orderSn, travellerId: 'ana', hostId: 'hana', description: '' },
    closeAt: now,
  };
  const total = { amount: 10_000, currency: 'CNY' };
  return newPayment({ ...order, total } as OrderToPay, { method: 'SANDBOX' }, sn, now);
};
const paid = async (sn: string) => {
  await store.insert(payment(sn));
  await store.succeed(sn, now);
};
const reserve = (sn: string, amount: number) =>
  database.transaction((session) => store.reserveRefund(sn, amount, session));

test('an order has one live payment, by however many it is begun; another when that has ended', async () => {
  const begun = ['PMT1', 'PMT2', 'PMT3'].map((sn) => store.insert(payment(sn, 'HSO1')));
  expect((await Promise.all(begun)).sort()).toEqual([
    'inserted',
    'live payment exists',
    'live payment exists',
  ]);
  const live = await store.findLive('HSO1');
  expect(await store.insert(payment(live?.sn as string, 'HSO9'))).toBe('sn taken');
  await store.close(live?.sn as string);
  expect(await store.insert(payment('PMT4', 'HSO1'))).toBe('inserted');
});

test('no more is set aside for refunds than was paid, whatever was known when it was asked for', async () => {
  await paid('PMT5');
  expect(await reserve('PMT5', 10_001)).toBeUndefined();
  expect((await reserve('PMT5', 6_000))?.state).toBe('REFUNDING');
  expect(await reserve('PMT5', 1_000)).toBeUndefined();
  await database.transaction((session) => store.refundSucceeded('PMT5', session));
  expect(await reserve('PMT5', 4_001)).toBeUndefined();
  expect(await reserve('PMT5', 4_000)).toMatchObject({ state: 'REFUNDING', refunded: 10_000 });
  await database.transaction((session) => store.refundFailed('PMT5', 4_000, session));
  expect(await store.find('PMT5')).toMatchObject({ state: 'REFUNDED', refunded: 6_000 });
});

test('nothing goes back of what has not arrived', async () => {
  await store.insert(payment('PMT6'));
  expect(await reserve('PMT6', 1)).toBeUndefined();
});

test('money arrives once', async () => {
  await paid('PMT7');
  expect(await store.succeed('PMT7', now)).toBeUndefined();
  await reserve('PMT7', 10_000);
  expect(await store.succeed('PMT7', now)).toBeUndefined();
  expect(await store.fail('PMT7')).toBeUndefined();
  expect((await store.find('PMT7'))?.state).toBe('REFUNDING');
});
