import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLog } from '../../runtime/log.ts';
import { eventually } from '../../testing/eventually.ts';
import { storyOf } from '../../testing/payment/story.ts';
import { startTestSystem, type TestSystem } from '../../testing/system.ts';
import { ana, operator } from '../../testing/tokens.ts';

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

test('with the scheduler alone: a lost webhook is asked for, and the traveller gets one email', async () => {
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

/** An operator sees the difference, it is a log line, and the metric counts it. */
const reported = (sn: string, kind: string) =>
  eventually(async () => {
    const seen = (await story.differences()).some((one) => one.orderSn === sn && one.kind === kind);
    const logged = lines.some((line) => line.includes(sn) && line.includes(kind));
    return seen && logged && (await system.metric('payment', 'payment_differences', { kind })) > 0;
  });

const longAgo = new Date(Date.now() - 10 * 86_400_000);
const old = { paidAt: longAgo, changedAt: longAgo };

/** The order's answer is stored too, so that nothing changes the payment any more. */
const isAnswered = (paymentSn: string) =>
  eventually(
    async () => (await payments().findOne({ _id: paymentSn, orderAnswer: 'ACCEPTED' })) !== null,
  );

test('money that should have gone back long ago is reported however old it is', async () => {
  const { sn, paymentSn } = await story.booked();
  await orders().updateOne({ _id: sn }, { $set: { 'history.$[].at': longAgo } });
  const kept = { ...old, orderAnswer: 'REFUSED', unsettled: true };
  await payments().updateOne({ _id: paymentSn }, { $set: kept });
  await reported(sn, 'REFUSED_MONEY_KEPT');
  expect(await story.refundPayment(paymentSn, operator)).toMatchObject({ cause: 'OPERATOR' });
  await eventually(async () =>
    (await story.differences()).every((one) => one.kind !== 'REFUSED_MONEY_KEPT'),
  );
});

test('money and bookings that disagree are reported, each in its own kind', async () => {
  const [lost, unpaid] = [await story.booked(), await story.booked()];
  for (const { paymentSn } of [lost, unpaid]) await isAnswered(paymentSn);
  const at = { 'history.$[].at': longAgo };
  await orders().updateOne({ _id: lost.sn }, { $set: { paymentSn: 'PMT-of-another', ...at } });
  await orders().updateOne({ _id: unpaid.sn }, { $set: at });
  await payments().updateOne({ _id: lost.paymentSn }, { $set: { changedAt: longAgo } });
  await payments().updateOne({ _id: unpaid.paymentSn }, { $unset: { paidAt: '' } });
  await reported(lost.sn, 'MONEY_WITHOUT_BOOKING');
  await reported(unpaid.sn, 'BOOKING_WITHOUT_MONEY');
});

test('F3: what a bank or a provider does months after the payment is reported', async () => {
  const stays = [await story.booked(), await story.booked()];
  for (const { paymentSn } of stays) {
    await isAnswered(paymentSn);
    await payments().updateOne({ _id: paymentSn }, { $set: old });
  }
  const [disputed, left] = stays as [(typeof stays)[0], (typeof stays)[0]];
  await system.sandboxTest(`payments/${disputed.paymentSn}/refund`, { amount: 10 });
  const refund = await story.leave(left.sn);
  await eventually(async () => (await story.see(left.sn))?.state === 'REFUNDED');
  await system.sandboxTest(`refunds/${refund.sn}/settle`, { outcome: 'fail' });
  await eventually(async () => (await story.payment(left.paymentSn))?.state === 'SUCCESS');
  for (const { sn, paymentSn } of stays) {
    await orders().updateOne({ _id: sn }, { $set: { 'history.$[].at': longAgo } });
    await payments().updateOne({ _id: paymentSn }, { $set: { changedAt: longAgo } });
  }
  await reported(disputed.sn, 'REFUNDED_BUT_BOOKED');
  await reported(left.sn, 'REFUND_SENT_BACK');
  await story.refundPayment(left.paymentSn, operator);
  await eventually(async () => (await story.differences()).every((one) => one.orderSn !== left.sn));
});

test('what the provider has and we have not is booked, or reported', async () => {
  const { sn, paymentSn } = await story.booked();
  await isAnswered(paymentSn);
  const theirs = system.databases.sandbox.collection<{ _id: string }>('payments');
  await payments().updateOne({ _id: paymentSn }, { $set: { changedAt: longAgo } });
  await theirs.updateOne({ _id: paymentSn }, { $inc: { 'paid.amount': -1 } });
  await system.job('payment', 'reconcileProviders');
  await reported(sn, 'PROVIDER_HAS_LESS');
  await theirs.updateOne({ _id: paymentSn }, { $inc: { 'paid.amount': 2 } });
  await system.job('payment', 'reconcileProviders');
  await reported(sn, 'PROVIDER_HAS_MORE');
  await theirs.updateOne({ _id: paymentSn }, { $inc: { 'paid.amount': -1 } });

  await system.sandboxTest(`payments/${paymentSn}/refund`, { amount: 10, times: 0 });
  await system.job('payment', 'reconcileProviders');
  expect((await story.see(sn))?.refunds).toMatchObject([{ cause: 'PROVIDER' }]);
});

test('what we have and the provider has not is reported', async () => {
  const { sn, paymentSn } = await story.booked();
  const theirs = system.databases.sandbox.collection<{ _id: string }>('payments');
  await payments().updateOne({ _id: paymentSn }, { $set: { changedAt: longAgo } });
  await theirs.deleteOne({ _id: paymentSn });
  await system.job('payment', 'reconcileProviders');
  await reported(sn, 'PROVIDER_HAS_LESS');
});

test('a payment whose order is gone, as after a restore, is listed without it', async () => {
  const { sn, paymentSn } = await story.booked();
  await isAnswered(paymentSn);
  await payments().updateOne({ _id: paymentSn }, { $set: { changedAt: longAgo } });
  await orders().deleteOne({ _id: sn });
  const query = '{ paymentDifferences { kind order { sn state } payment { sn state } } }';
  type Seen = { paymentDifferences: { order: { sn: string } | null; payment: { sn: string } }[] };
  const seen = async () => (await system.ask<Seen>(operator, query)).paymentDifferences;
  await eventually(async () => (await seen()).some(({ payment }) => payment?.sn === paymentSn));
  const [gone] = (await seen()).filter(({ payment }) => payment?.sn === paymentSn);
  expect(gone).toMatchObject({ kind: 'MONEY_WITHOUT_BOOKING', order: null });
  expect(await story.refundPayment(paymentSn, operator)).toMatchObject({ cause: 'OPERATOR' });
});

test('only operators see differences', async () => {
  const asked = system.ask(ana, '{ paymentDifferences { kind } }');
  await expect(asked).rejects.toThrow('UNAUTHORIZED_FIELD_OR_TYPE');
});
