import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { request } from 'undici';
import { createLog } from '../../runtime/log.ts';
import { eventually } from '../../testing/eventually.ts';
import { storyOf } from '../../testing/payment/story.ts';
import { startTestSystem, type TestSystem } from '../../testing/system.ts';

const lines: string[] = [];
const sink = new Writable({
  write(line, _encoding, done) {
    lines.push(String(line));
    done();
  },
});

let system: TestSystem;
let story: ReturnType<typeof storyOf>;
beforeAll(async () => {
  const often = {
    PAYMENT_SWEEP_EVERY: '1s',
    RECONCILE_EVERY: '1s',
    EXPIRE_ORDERS_EVERY: '1s',
    QUERY_WAITING_AFTER: '1s',
  };
  system = await startTestSystem({ env: often, log: createLog('test', 'info', sink) });
  story = storyOf(system);
});
afterAll(() => system?.stop());

const orders = () => system.databases.order.collection<{ _id: string }>('orders');
const payments = () => system.databases.payment.collection<{ _id: string }>('payments');

test('with the scheduler alone: a lost notification is asked for, and the traveller is told', async () => {
  const sn = await story.order();
  const payment = await story.pay(sn);
  await story.settle(payment.sn, { times: 0 });
  await eventually(async () => (await story.see(sn))?.state === 'WAIT_USE');
  await eventually(async () => lines.some((line) => line.includes(`paid:${payment.sn}`)));
  expect(lines.filter((line) => line.includes(`paid:${payment.sn}`))).toHaveLength(1);
});

test('with the scheduler alone: a refund is tried again, and an unused order expires', async () => {
  const [refunded, unused] = [await story.booked(), await story.booked()];
  await system.sandboxTest('behaviour', { down: true });
  await story.leave(refunded.sn);
  await orders().updateOne(
    { _id: unused.sn },
    { $set: { checkIn: '2026-01-01', checkOut: '2026-01-02' } },
  );
  await eventually(async () => lines.some((line) => line.includes('a refund is tried again')));
  await system.sandboxTest('behaviour', {});
  await eventually(async () => (await story.see(refunded.sn))?.state === 'REFUNDED', 30_000);
  await eventually(async () => (await story.see(unused.sn))?.state === 'EXPIRED');
});

test('money that should have gone back long ago is reported however old it is', async () => {
  const [kept, stuck] = [await story.booked(), await story.booked()];
  const longAgo = new Date(Date.now() - 10 * 86_400_000);
  const old = { paidAt: longAgo, changedAt: longAgo };
  await orders().updateMany(
    { _id: { $in: [kept.sn, stuck.sn] } },
    { $set: { 'history.$[].at': longAgo } },
  );
  await payments().updateOne({ _id: kept.paymentSn }, { $set: { ...old, orderAnswer: 'REFUSED' } });
  await payments().updateOne({ _id: stuck.paymentSn }, { $set: { ...old, state: 'REFUNDING' } });
  const told = (sn: string, kind: string) =>
    lines.some((line) => line.includes(sn) && line.includes(kind));
  await eventually(
    async () => told(kept.sn, 'refused money not returned') && told(stuck.sn, 'refund stuck'),
  );
  await payments().updateMany(
    { _id: { $in: [kept.paymentSn, stuck.paymentSn] } },
    { $set: { state: 'REFUNDED' } },
  );
});

test('every difference between money and bookings is a log line and counted in a metric', async () => {
  const [lost, unpaid] = [await story.booked(), await story.booked()];
  const longAgo = new Date(Date.now() - 3_600_000);
  await orders().updateOne(
    { _id: lost.sn },
    { $set: { paymentSn: 'PMT-of-another', 'history.$[].at': longAgo } },
  );
  await orders().updateOne({ _id: unpaid.sn }, { $set: { 'history.$[].at': longAgo } });
  await payments().updateOne({ _id: lost.paymentSn }, { $set: { changedAt: longAgo } });
  await payments().updateOne({ _id: unpaid.paymentSn }, { $unset: { paidAt: '' } });
  const metrics = async () => (await request(`${system.env.PAYMENT_URL}/metrics`)).body.text();
  const counted = (text: string, kind: string) =>
    text.includes(`payment_differences{kind="${kind}"} `) && !text.includes(`${kind}"} 0`);
  await eventually(async () => counted(await metrics(), 'money without a booking'));
  await eventually(async () => counted(await metrics(), 'booking without money'));
  const told = lines.filter((line) => line.includes('money and booking disagree'));
  expect(
    told.some((line) => line.includes(lost.sn) && line.includes('money without a booking')),
  ).toBe(true);
  expect(
    told.some((line) => line.includes(unpaid.sn) && line.includes('booking without money')),
  ).toBe(true);
});
