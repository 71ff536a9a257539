import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Database } from '../../../runtime/mongo.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { samplePayment } from '../../../testing/payment/samples.ts';
import { openClaims } from './claims.ts';
import { openPayments, type Payments } from './payments.ts';

let database: Database;
let store: Payments;
beforeAll(async () => {
  database = await freshDatabase('payment');
  store = openPayments(database, openClaims(database.db));
});
afterAll(() => database?.stop());

const now = new Date('2026-12-01T12:00:00.000Z');
const payment = (sn: string, orderSn = `HSO of ${sn}`) => samplePayment({ sn, orderSn });
const paid = async (sn: string) => {
  await store.insertPayment(payment(sn));
  await store.markPaid(sn, now);
};
const reserve = (sn: string, amount: number) =>
  database.transaction((session) => store.reserveRefund(sn, amount, session));

test('an order has one live payment, however many are begun at once, and another after it has ended', async () => {
  const begun = ['PMT1', 'PMT2', 'PMT3'].map((sn) => store.insertPayment(payment(sn, 'HSO1')));
  expect((await Promise.all(begun)).sort()).toEqual([
    'inserted',
    'live payment exists',
    'live payment exists',
  ]);
  const live = await store.livePayment('HSO1');
  expect(await store.insertPayment(payment(live?.sn as string, 'HSO9'))).toBe('sn taken');
  await store.endPayment(live?.sn as string, 'CLOSED');
  expect(await store.insertPayment(payment('PMT4', 'HSO1'))).toBe('inserted');
});

test('refunds reserve at most what was paid', async () => {
  await paid('PMT5');
  expect(await reserve('PMT5', 10_001)).toBe(false);
  expect(await reserve('PMT5', 6_000)).toBe(true);
  expect(await reserve('PMT5', 1_000)).toBe(false);
  await database.transaction((session) => store.refundSucceeded('PMT5', session));
  expect(await reserve('PMT5', 4_001)).toBe(false);
  expect(await reserve('PMT5', 4_000)).toBe(true);
  expect(await store.payment('PMT5')).toMatchObject({ state: 'REFUNDING', refunded: 10_000 });
  await database.transaction((session) => store.refundFailed('PMT5', 4_000, session));
  expect(await store.payment('PMT5')).toMatchObject({ state: 'REFUNDED', refunded: 6_000 });
});

test('nothing can be refunded before the money has arrived', async () => {
  await store.insertPayment(payment('PMT6'));
  expect(await reserve('PMT6', 1)).toBe(false);
});

test('money arrives once', async () => {
  await paid('PMT7');
  expect(await store.markPaid('PMT7', now)).toBeNull();
  await reserve('PMT7', 10_000);
  expect(await store.markPaid('PMT7', now)).toBeNull();
  expect(await store.endPayment('PMT7', 'FAILED')).toBeNull();
  expect((await store.payment('PMT7'))?.state).toBe('REFUNDING');
});
