import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { withLogFields } from '../../../runtime/log.ts';
import type { Database } from '../../../runtime/mongo.ts';
import { freshDatabase } from '../../../testing/database.ts';
import { samplePayment, sampleRefund } from '../../../testing/payment/samples.ts';
import { refundedEmail } from '../domain/email.ts';
import { atVersion } from '../domain/payment-versions.ts';
import type { Refund } from '../domain/refund.ts';
import { paymentWork } from './open-work.ts';
import { personalData } from './personal-data.ts';
import type { StateChange } from './state-changes.ts';
import { openStore, type Store } from './store.ts';

let database: Database;
let store: Store;
/** Every change of state that the store has told. */
const changes: StateChange[] = [];
beforeAll(async () => {
  database = await freshDatabase('payment');
  store = openStore(database, (change) => void changes.push(change));
});
afterAll(() => database?.stop());

const now = new Date('2026-12-01T12:00:00.000Z');
const asAsked = { paidAt: now, received: { amount: 10_000, currency: 'CNY' } };
const payment = (sn: string, orderSn = `HSO of ${sn}`) => samplePayment({ sn, orderSn });
const paid = async (sn: string) => {
  await store.insertPayment(payment(sn));
  await store.markPaid(sn, asAsked);
};
const refundOf = (paymentSn: string, sn: string, given: Partial<Refund> = {}): Refund => {
  const open = { state: 'APPROVED' as const, endsStay: false, orderTold: true };
  return sampleRefund({ paymentSn, orderSn: `HSO of ${paymentSn}`, sn, ...open, ...given });
};
const start = (paymentSn: string, sn: string, amount: number, given: Partial<Refund> = {}) =>
  store.startRefund(refundOf(paymentSn, sn, { amount, ...given }));
const end = (sn: string, to: 'SUCCESS' | 'FAILED' | 'DECLINED', lease?: Date) =>
  store.endRefund({ sn, to, now, ...(lease ? { lease } : {}) }, refundedEmail);
const refuse = (paymentSn: string, sn: string) =>
  store.refuseMoney(paymentSn, (_, amount) => refundOf(paymentSn, sn, { amount }));
const toTell = async () => (await store.paymentsToTell(100)).map(({ sn }) => sn);
const money = async (sn: string) => {
  const { state, refunded } = (await store.payment(sn)) ?? {};
  return [state, refunded];
};

test('an order has one live payment, however many are begun at once, and another after it has ended', async () => {
  const begun = ['PMT1', 'PMT2', 'PMT3'].map((sn) => store.insertPayment(payment(sn, 'HSO1')));
  expect((await Promise.all(begun)).sort()).toEqual([
    'inserted',
    'live payment exists',
    'live payment exists',
  ]);
  const { sn = '' } = (await store.livePayment('HSO1')) ?? {};
  expect(await store.insertPayment(payment(sn, 'HSO9'))).toBe('sn taken');
  await store.endPayment({ sn, to: 'CLOSED' });
  expect(await store.insertPayment(payment('PMT4', 'HSO1'))).toBe('inserted');
});

test('money arrives once', async () => {
  await paid('PMT7');
  expect(await store.markPaid('PMT7', asAsked)).toBeNull();
  await start('PMT7', 'RFD7', 10_000);
  expect(await store.markPaid('PMT7', asAsked)).toBeNull();
  expect(await store.endPayment({ sn: 'PMT7', to: 'FAILED' })).toBeNull();
  expect(await money('PMT7')).toEqual(['REFUNDING', 10_000]);
});

test('one copy of a payment tells each version that it has had', async () => {
  const instructions = { url: 'https://pay.example/9' };
  await store.insertPayment(payment('PMT9'));
  await store.saveInstructions('PMT9', { providerRef: 'cs_9', instructions });
  await store.markPaid('PMT9', asAsked);
  await start('PMT9', 'RFD9', 10_000);
  await end('RFD9', 'SUCCESS');
  const [copy] = await store.versionsOfOrder('HSO of PMT9');
  const told = [1, 2, 3, 4, 5].map((version) => copy && atVersion(copy, version));
  expect(copy?.version).toBe(5);
  expect(told.map((one) => [one?.state, one?.instructions, one?.paidAt])).toEqual([
    ['WAIT', undefined, undefined],
    ['WAIT', instructions, undefined],
    ['SUCCESS', instructions, now],
    ['REFUNDING', instructions, now],
    ['REFUNDED', instructions, now],
  ]);
});

test('an attempt is not closed by somebody who did not know its reference at the provider', async () => {
  await store.insertPayment(payment('PMT8'));
  await store.saveInstructions('PMT8', { providerRef: 'cs_1', instructions: {} });
  expect(await store.endPayment({ sn: 'PMT8', to: 'CLOSED', closedRef: null })).toBeNull();
  expect(await store.endPayment({ sn: 'PMT8', to: 'CLOSED', closedRef: 'cs_2' })).toBeNull();
  expect(await store.endPayment({ sn: 'PMT8', to: 'CLOSED', closedRef: 'cs_1' })).toMatchObject({
    state: 'CLOSED',
  });
});

test('a payment waits for the order’s answer until it has one', async () => {
  await paid('PMT10');
  expect(await toTell()).toContain('PMT10');
  expect(await store.acceptMoney('PMT10', () => [{ ...email, id: 'e10' }], now)).toBe(true);
  expect(await store.acceptMoney('PMT10', () => [{ ...email, id: 'e10' }], now)).toBe(false);
  expect(await toTell()).not.toContain('PMT10');
  expect((await store.unsettledPayments('', 100)).map(({ sn }) => sn)).not.toContain('PMT10');
  expect(await store.tellOrderAgain('PMT10')).toBe(true);
  expect(await toTell()).toContain('PMT10');
  expect(await store.tellOrderAgain('PMT10')).toBe(false);
});
const email = {
  to: 'TRAVELLER' as const,
  travellerId: 'ana',
  orderSn: 'HSO1',
  subject: '',
  text: '',
};

test('refunds reserve at most what arrived', async () => {
  await paid('PMT5');
  expect(await start('PMT5', 'RFD50', 10_001)).toBe('nothing left');
  expect(await start('PMT5', 'RFD51', 6_000)).toBe('started');
  expect(await start('PMT5', 'RFD52', 1_000)).toBe('nothing left');
  await end('RFD51', 'SUCCESS');
  expect(await money('PMT5')).toEqual(['PARTIALLY_REFUNDED', 6_000]);
  expect(await start('PMT5', 'RFD53', 4_001)).toBe('nothing left');
  expect(await start('PMT5', 'RFD54', 4_000)).toBe('started');
  await end('RFD54', 'FAILED');
  expect(await money('PMT5')).toEqual(['PARTIALLY_REFUNDED', 6_000]);
  expect(await start('PMT5', 'RFD55', 4_000)).toBe('started');
  await end('RFD55', 'SUCCESS');
  expect(await money('PMT5')).toEqual(['REFUNDED', 10_000]);
});

test('nothing can be refunded before the money has arrived', async () => {
  await store.insertPayment(payment('PMT6'));
  expect(await start('PMT6', 'RFD6', 1)).toBe('nothing left');
});

test('an idempotency key makes one refund of an order, whatever becomes of it', async () => {
  await paid('PMT11');
  const key = { idempotencyKey: 'once' };
  const started = ['RFD111', 'RFD112', 'RFD113'].map((sn) => start('PMT11', sn, 10, key));
  expect((await Promise.all(started)).filter((one) => one === 'started')).toHaveLength(1);
  const first = await store.refundByKey('HSO of PMT11', 'once');
  await end(first?.sn ?? '', 'FAILED');
  expect(await start('PMT11', 'RFD114', 10, key)).toBe('another came first');
  expect(await start('PMT11', 'RFD115', 10, { idempotencyKey: 'twice' })).toBe('started');
});

test('a refund that the bank sends back after it succeeded frees its amount, and the order is told', async () => {
  await paid('PMT12');
  await start('PMT12', 'RFD12', 10_000, { endsStay: true });
  expect(await end('RFD12', 'SUCCESS')).toMatchObject({ state: 'SUCCESS', orderTold: false });
  await store.markOrderToldOfRefund('RFD12', 'SUCCESS');
  expect(await end('RFD12', 'SUCCESS')).toBeNull();
  expect(await end('RFD12', 'FAILED')).toMatchObject({
    state: 'FAILED',
    contradicted: true,
    orderTold: false,
  });
  expect(await money('PMT12')).toEqual(['SUCCESS', 0]);
  expect(await start('PMT12', 'RFD12b', 10_000)).toBe('started');
});

test('a refund that goes through after it failed is booked, and the order is told', async () => {
  await paid('PMT13');
  await start('PMT13', 'RFD13', 4_000, { endsStay: true });
  await end('RFD13', 'FAILED');
  expect(await money('PMT13')).toEqual(['SUCCESS', 0]);
  expect(await end('RFD13', 'SUCCESS')).toMatchObject({ contradicted: true, orderTold: false });
  expect(await money('PMT13')).toEqual(['PARTIALLY_REFUNDED', 4_000]);
});

test('a contradiction leaves a refund alone that is under way', async () => {
  await paid('PMT14');
  await start('PMT14', 'RFD14', 4_000);
  await end('RFD14', 'FAILED');
  await start('PMT14', 'RFD14b', 5_000);
  await end('RFD14', 'SUCCESS');
  expect(await money('PMT14')).toEqual(['REFUNDING', 9_000]);
  await end('RFD14b', 'SUCCESS');
  expect(await money('PMT14')).toEqual(['PARTIALLY_REFUNDED', 9_000]);
});

test('the order does not hear of a refund that it declined', async () => {
  await paid('PMT15');
  await start('PMT15', 'RFD15', 4_000, { state: 'REQUESTED', endsStay: true, orderTold: false });
  expect(await end('RFD15', 'DECLINED')).toMatchObject({ orderTold: true, open: false });
  expect(await money('PMT15')).toEqual(['SUCCESS', 0]);
});

test('one process takes a refund at a time, and the one that lost its lease cannot end it', async () => {
  await paid('PMT16');
  await start('PMT16', 'RFD16', 4_000, { nextTryAt: now });
  const [first, second] = [1, 2].map((minute) => new Date(now.getTime() + minute * 60_000));
  const taken = [first, first].map((until) => store.takeRefund('RFD16', now, until as Date));
  expect((await Promise.all(taken)).filter(Boolean)).toHaveLength(1);
  await store.takeRefund('RFD16', first as Date, second as Date);
  expect(await end('RFD16', 'FAILED', first)).toBeNull();
  await store.retryRefundAt('RFD16', first as Date, now);
  expect(await store.refund('RFD16')).toMatchObject({ nextTryAt: second, attempts: 2 });
  expect(await end('RFD16', 'FAILED', second)).toMatchObject({ state: 'FAILED' });
});

test('what a provider said before a pause does not end a refund that has ended meanwhile', async () => {
  const lease = new Date(now.getTime() + 60_000);
  for (const [sn, ends, late] of [
    ['90', ['SUCCESS', 'FAILED'], 'SUCCESS'],
    ['91', ['SUCCESS'], 'FAILED'],
    ['92', ['FAILED'], 'SUCCESS'],
  ] as const) {
    await paid(`PMT${sn}`);
    await start(`PMT${sn}`, `RFD${sn}`, 4_000, { nextTryAt: now });
    await store.takeRefund(`RFD${sn}`, now, lease);
    // A webhook, and then the bank.
    for (const to of ends) await end(`RFD${sn}`, to);
    const before = await money(`PMT${sn}`);
    expect(await end(`RFD${sn}`, late, lease)).toBeNull();
    expect(await store.refund(`RFD${sn}`)).toMatchObject({ state: ends.at(-1) });
    expect(await money(`PMT${sn}`)).toEqual(before);
  }
});

test('a traveller whose money an order does not know yet cannot be erased', async () => {
  await paid('PMT93');
  const { travellerId } = payment('PMT93');
  const { openWork } = personalData(database.db);
  expect(await openWork(travellerId)).toContain('PMT93');
  await store.acceptMoney('PMT93', () => [], now);
  expect(await openWork(travellerId)).not.toContain('PMT93');
});

test('money of another amount is kept as what it is, and goes back whole; another attempt may begin', async () => {
  await store.insertPayment(payment('PMT17'));
  const received = { amount: 9_999, currency: 'JPY' };
  const other = () => refundOf('PMT17', 'RFD17', { amount: 9_999, currency: 'JPY' });
  const arrived = { paidAt: now, received };
  expect(await store.returnOtherMoney('PMT17', arrived, other)).toMatchObject({ received });
  expect(await store.returnOtherMoney('PMT17', arrived, other)).toBeNull();
  expect(await money('PMT17')).toEqual(['REFUNDING', 9_999]);
  expect(await toTell()).not.toContain('PMT17');
  expect(await store.insertPayment(payment('PMT18', 'HSO of PMT17'))).toBe('inserted');
  await end('RFD17', 'SUCCESS');
  expect(await money('PMT17')).toEqual(['REFUNDED', 9_999]);
});

test('money that the provider gives back by itself is booked once, also while a refund is under way', async () => {
  await paid('PMT19');
  const made = (sn: string, providerRef: string, amount: number) =>
    store.recordProviderRefund(
      refundOf('PMT19', sn, { providerRef, amount, state: 'SUCCESS', open: false }),
    );
  const once = [made('RFD191', 're_1', 100), made('RFD192', 're_1', 100)];
  expect((await Promise.all(once)).filter(Boolean)).toHaveLength(1);
  expect(await money('PMT19')).toEqual(['PARTIALLY_REFUNDED', 100]);
  await start('PMT19', 'RFD193', 9_900);
  expect(await made('RFD194', 're_2', 50)).toBe(true);
  expect(await money('PMT19')).toEqual(['REFUNDING', 10_050]);
  expect(await store.refundByRef('PMT19', 're_2')).toMatchObject({ sn: 'RFD194' });
});

test('of money that the order refuses, what the provider has not given back goes back', async () => {
  await paid('PMT50');
  const made = { providerRef: 're_50', amount: 1_000, state: 'SUCCESS' as const, open: false };
  await store.recordProviderRefund(refundOf('PMT50', 'RFD501', made));
  expect(await refuse('PMT50', 'RFD502')).toBe(true);
  expect(await money('PMT50')).toEqual(['REFUNDING', 10_000]);
  expect(await store.refund('RFD502')).toMatchObject({ amount: 9_000 });
  expect(await refuse('PMT50', 'RFD503')).toBe(false);
});

test('money that the order refuses makes no refund if all of it has gone back', async () => {
  await paid('PMT51');
  const made = { providerRef: 're_51', amount: 10_000, state: 'SUCCESS' as const, open: false };
  await store.recordProviderRefund(refundOf('PMT51', 'RFD511', made));
  expect(await refuse('PMT51', 'RFD512')).toBe(true);
  expect(await store.refund('RFD512')).toBeNull();
  expect(await toTell()).not.toContain('PMT51');
});

test('while a refund is under way, the order’s refusal is not kept: it is told again later', async () => {
  await paid('PMT52');
  await start('PMT52', 'RFD521', 1_000);
  expect(await refuse('PMT52', 'RFD522')).toBe(false);
  expect(await toTell()).toContain('PMT52');
  await end('RFD521', 'SUCCESS');
  expect(await refuse('PMT52', 'RFD523')).toBe(true);
  expect(await store.refund('RFD523')).toMatchObject({ amount: 9_000 });
});

test('a part that is given back later is compared anew, and money that was refused is not', async () => {
  const unsettled = async () => (await store.unsettledPayments('', 1_000)).map(({ sn }) => sn);
  for (const sn of ['PMT58', 'PMT59']) await paid(sn);
  await store.acceptMoney('PMT58', () => [], now);
  await refuse('PMT59', 'RFD59');
  await end('RFD59', 'FAILED');
  for (const [sn, refund] of [
    ['PMT58', 'RFD58'],
    ['PMT59', 'RFD59b'],
  ] as const) {
    await start(sn, refund, 10_000, { idempotencyKey: 'all' });
    await end(refund, 'SUCCESS');
  }
  expect(await unsettled()).toContain('PMT58');
  expect(await unsettled()).not.toContain('PMT59');
});

test('what a provider or a bank does later is compared anew, until it is known to agree', async () => {
  const unsettled = async () => (await store.unsettledPayments('', 1_000)).map(({ sn }) => sn);
  const changedAt = async (sn: string) => (await store.payment(sn))?.changedAt as Date;
  await paid('PMT23');
  await store.acceptMoney('PMT23', () => [], now);
  await start('PMT23', 'RFD231', 4_000);
  await end('RFD231', 'SUCCESS');
  expect(await unsettled()).not.toContain('PMT23');
  await end('RFD231', 'FAILED');
  expect(await unsettled()).toContain('PMT23');
  await store.markCompared('PMT23', new Date(0));
  expect(await unsettled()).toContain('PMT23');
  await store.markCompared('PMT23', await changedAt('PMT23'));
  expect(await unsettled()).not.toContain('PMT23');
  const made = { providerRef: 're_23', amount: 1, state: 'SUCCESS', open: false } as const;
  await store.recordProviderRefund(refundOf('PMT23', 'RFD232', made));
  expect(await unsettled()).toContain('PMT23');
});

test('money that the provider changed before its order accepted it is compared', async () => {
  const unsettled = async () => (await store.unsettledPayments('', 1_000)).map(({ sn }) => sn);
  await paid('PMT24');
  const made = { providerRef: 're_24', amount: 1, state: 'SUCCESS', open: false } as const;
  await store.recordProviderRefund(refundOf('PMT24', 'RFD24', made));
  expect(await store.acceptMoney('PMT24', () => [], now)).toBe(true);
  expect(await toTell()).not.toContain('PMT24');
  expect(await unsettled()).toContain('PMT24');
});

test('money that is not where it belongs is looked at however old it is', async () => {
  const unsettled = async () => (await store.unsettledPayments('', 1_000)).map(({ sn }) => sn);
  await paid('PMT20');
  expect(await unsettled()).toContain('PMT20');
  await refuse('PMT20', 'RFD20');
  expect(await unsettled()).toContain('PMT20');
  await end('RFD20', 'FAILED');
  expect(await unsettled()).toContain('PMT20');
  await start('PMT20', 'RFD20b', 10_000);
  await end('RFD20b', 'SUCCESS');
  expect(await unsettled()).not.toContain('PMT20');
});

test('A8: payments are asked about in turn, the longest ago first, and later if that failed', async () => {
  const at = (ms: number) => new Date(ms);
  for (const sn of ['PMT40', 'PMT41', 'PMT42']) await store.insertPayment(payment(sn));
  const mine = async (since: Date, asOf: Date, limit = 2) =>
    (await store.takeToQuery(since, asOf, limit)).map(({ payment: { sn }, failures }) => [
      sn,
      failures,
    ]);
  const others = database.db.collection<{ _id: string }>('payments');
  for await (const { _id } of others.find({
    state: 'WAIT',
    _id: { $nin: ['PMT40', 'PMT41', 'PMT42'] },
  }))
    await others.updateOne({ _id }, { $set: { askedAt: now } });
  for (const [sn, ms] of [
    ['PMT40', 3],
    ['PMT41', 1],
    ['PMT42', 2],
  ] as const)
    await others.updateOne({ _id: sn }, { $set: { askedAt: at(ms) } });
  expect(await mine(at(10), at(11))).toEqual([
    ['PMT41', 0],
    ['PMT42', 0],
  ]);
  await store.queryLater('PMT41', 1, at(50));
  expect(await mine(at(20), at(21))).toEqual([
    ['PMT40', 0],
    ['PMT42', 0],
  ]);
  expect(await mine(at(60), at(61), 3)).toContainEqual(['PMT41', 1]);
  await store.queryAnswered('PMT41');
  expect(await mine(at(70), at(71), 3)).toContainEqual(['PMT41', 0]);
});

test('A6: an attempt that ended without money is asked about once more', async () => {
  await store.insertPayment(payment('PMT43'));
  await store.endPayment({ sn: 'PMT43', to: 'CLOSED' });
  const far = new Date('2100-01-01');
  const ended = async (before: Date) =>
    (await store.takeEndedToQuery(before, far, new Date(), 100)).map(({ payment: { sn } }) => sn);
  expect(await ended(new Date(0))).not.toContain('PMT43');
  expect(await ended(far)).toContain('PMT43');
  await store.endedAnswered('PMT43');
  expect(await ended(far)).not.toContain('PMT43');
});

test('an attempt that ends while its provider is asked after failures is asked about once more too', async () => {
  await store.insertPayment(payment('PMT44'));
  await store.queryLater('PMT44', 2, new Date(0));
  await store.endPayment({ sn: 'PMT44', to: 'CLOSED' });
  await store.queryAnswered('PMT44');
  const far = new Date('2100-01-01');
  const due = await store.takeEndedToQuery(far, far, new Date(), 100);
  expect(due.map(({ payment: { sn }, failures }) => [sn, failures])).toContainEqual(['PMT44', 0]);
});

test('payments that wait by other methods are counted', async () => {
  await store.insertPayment({ ...payment('PMT53'), method: 'STRIPE' });
  await store.insertPayment({ ...payment('PMT54'), method: 'STRIPE' });
  await store.insertPayment({ ...payment('PMT55'), method: 'WECHAT_NATIVE' });
  await store.endPayment({ sn: 'PMT54', to: 'CLOSED' });
  const others = await store.waitingByOthers(['SANDBOX', 'WECHAT_NATIVE']);
  expect([...others]).toEqual([['STRIPE', 1]]);
});

test('differences that are no longer found are forgotten, those of another comparison stay', async () => {
  const one = { kind: 'REFUND_STUCK' as const, orderSn: 'HSO1', paymentSn: 'PMT1' };
  const two = { kind: 'BOOKING_WITHOUT_MONEY' as const, orderSn: 'HSO2', paymentSn: null };
  const owed = { amount: 1, currency: 'CNY' };
  const later = new Date(now.getTime() + 1);
  await store.saveDifferences('ORDERS', [one, two], now);
  await store.saveDifferences('PROVIDERS', [two], now);
  await store.saveDifferences('ORDERS', [{ ...one, owed }], later);
  await store.saveDifferences('PROVIDERS', [], later, true);
  expect(await store.differencesFrom('ORDERS')).toEqual([{ ...one, owed }]);
  const acknowledgements: unknown[] = [];
  expect(await store.openDifferences()).toEqual([
    { ...one, owed, foundAt: later, acknowledgements },
    { ...two, foundAt: now, acknowledgements },
  ]);
});

test('an acknowledged difference is open again once what was compared has changed', async () => {
  const key = { kind: 'PAID_IN_TIME_BUT_CLOSED' as const, orderSn: 'HSO70', paymentSn: 'PMT70' };
  const asItIs = { ...key, basis: 'as it is', owed: { amount: 5, currency: 'CNY' } };
  const changed = { ...key, basis: 'changed' };
  const at = (ms: number) => new Date(now.getTime() + 1_000 + ms);
  const note = (ms: number) => ({ by: 'olga', reason: `after ${ms}`, at: at(ms) });
  const openNow = async () =>
    (await store.openDifferences()).filter(({ orderSn }) => orderSn === 'HSO70');
  const { comparisons } = paymentWork(database);
  const counted = async () =>
    (await comparisons()).filter(({ kind }) => kind === 'PAID_IN_TIME_BUT_CLOSED');

  expect(await store.acknowledge(key, note(0))).toBeNull();
  expect(await store.saveDifferences('ORDERS', [asItIs], at(1))).toEqual([asItIs]);
  expect(await counted()).toMatchObject([{ count: 1 }]);
  const acknowledged = { ...asItIs, foundAt: at(1), acknowledgements: [note(2)] };
  expect(await store.acknowledge(key, note(2))).toEqual(acknowledged);
  expect(await store.acknowledge(key, note(3))).toEqual(acknowledged);
  expect([await openNow(), await counted(), await store.differencesFrom('ORDERS')]).toEqual([
    ...[[], [], []],
  ]);
  // The next comparison finds it as it was, and one later on finds it changed.
  expect(await store.saveDifferences('ORDERS', [asItIs], at(4))).toEqual([]);
  expect([await openNow(), await counted()]).toEqual([[], []]);
  expect(await store.saveDifferences('ORDERS', [changed], at(5))).toEqual([changed]);
  expect(await openNow()).toEqual([{ ...changed, foundAt: at(5), acknowledgements: [note(2)] }]);
  const again = { ...changed, foundAt: at(5), acknowledgements: [note(2), note(6)] };
  expect(await store.acknowledge(key, note(6))).toEqual(again);
  // It is gone, and who acknowledged it stays.
  expect(await store.saveDifferences('ORDERS', [], at(7))).toEqual([]);
  expect(await store.acknowledgedDifferences()).toEqual([again]);
});

test('a transaction goes on while payments that it has changed wait to be asked about', async () => {
  const long = new Date(0);
  for (const sn of ['PMT30', 'PMT31']) await store.insertPayment(payment(sn));
  const payments = database.db.collection<{ _id: string }>('payments');
  let asked: ReturnType<Store['takeToQuery']> = Promise.resolve([]);
  await database.transaction(async (session) => {
    await payments.updateOne({ _id: 'PMT30' }, { $set: { askedAt: long } }, { session });
    asked = store.takeToQuery(new Date('2100-01-01'), new Date(1), 100);
    asked.catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 100));
    await payments.updateOne({ _id: 'PMT31' }, { $set: { askedAt: long } }, { session });
  });
  const sns = (await asked).map(({ payment: { sn } }) => sn);
  expect(sns).toEqual(expect.arrayContaining(['PMT30', 'PMT31']));
});

const toldOf = (sn: string) =>
  changes.filter((change) => change.sn === sn).map(({ state, cause }) => [state, cause]);

test('each change of state is told once, with its cause, and one that is given up is not', async () => {
  await paid('PMT60');
  await start('PMT60', 'RFD60', 4_000, { state: 'REQUESTED', endsStay: true, orderTold: false });
  expect(await start('PMT60', 'RFD61', 1)).toBe('nothing left');
  await store.moveRefund('RFD60', 'APPROVED');
  await store.moveRefund('RFD60', 'APPROVED');
  await store.moveRefund('RFD60', 'SENT');
  await end('RFD60', 'SUCCESS');
  await end('RFD60', 'SUCCESS');
  const byProvider = {
    providerRef: 're_60',
    amount: 1_000,
    open: false,
    cause: 'PROVIDER',
  } as const;
  await store.recordProviderRefund(refundOf('PMT60', 'RFD62', { ...byProvider, state: 'SUCCESS' }));
  await store.recordProviderRefund(refundOf('PMT60', 'RFD63', { ...byProvider, state: 'SUCCESS' }));
  expect(toldOf('PMT60')).toEqual([
    ['WAIT', 'BEGUN'],
    ['SUCCESS', 'MONEY_ARRIVED'],
    ['REFUNDING', 'REFUND_BEGUN'],
    ['PARTIALLY_REFUNDED', 'REFUND_ENDED'],
    ['PARTIALLY_REFUNDED', 'REFUNDED_BY_PROVIDER'],
  ]);
  expect(toldOf('RFD60').map(([state]) => state)).toEqual([
    'REQUESTED',
    'APPROVED',
    'SENT',
    'SUCCESS',
  ]);
  expect(toldOf('RFD62')).toEqual([['SUCCESS', 'PROVIDER']]);
  expect([...toldOf('RFD61'), ...toldOf('RFD63')]).toEqual([]);
});

test('each entry of a payment’s history has a request, and nothing in its id is a field’s name', async () => {
  await withLogFields({ requestId: '$state' }, async () => {
    await paid('PMT64');
    await start('PMT64', 'RFD64', 10_000);
    await end('RFD64', 'SUCCESS');
  });
  const { origin, history } = (await payments().findOne({ _id: 'PMT64' })) ?? {};
  expect([origin, ...(history ?? []).map((entry) => entry.origin)]).toEqual(
    Array(5).fill({ requestId: '$state' }),
  );
});

const payments = () =>
  database.db.collection<{ _id: string; origin?: object; history: StateEntry[] }>('payments');
type StateEntry = { state: string; instructions?: object; origin?: object };

test('the changes that are told are those in the history of every payment, and end as every refund', async () => {
  const lost: unknown[] = [];
  for await (const { _id, history } of payments().find()) {
    const stored = history.filter(({ instructions }) => !instructions).map(({ state }) => state);
    const told = toldOf(_id).map(([state]) => state);
    if (String(stored) !== String(told)) lost.push({ _id, stored, told });
  }
  const refunds = database.db.collection<{ _id: string; state: string }>('refunds').find();
  for await (const { _id, state } of refunds)
    if (toldOf(_id).at(-1)?.[0] !== state) lost.push({ _id, state, told: toldOf(_id) });
  expect(lost).toEqual([]);
});
