import { expect } from '@jest/globals';
import { serialNumber } from '../../runtime/serial-number.ts';
import { ledgerOf, wrongIn } from '../../testing/payment/ledger.ts';
import type { TestSystem } from '../../testing/system.ts';
import { host, operator } from '../../testing/tokens.ts';
import { type Cases, playCases, type Tools } from './suite.ts';

// Whatever the audit of the tests finds, reconciliation reports. Each case damages what is stored, at
// us or at the provider, and puts it right again.

type Stored = Record<string, unknown> & { _id: string };
const collection = (system: TestSystem, database: 'order' | 'payment' | 'sandbox', name: string) =>
  system.databases[database].collection<Stored>(name);

/** Changes a stored document. Returns what puts it back. */
async function change(
  system: TestSystem,
  [database, name]: ['order' | 'payment' | 'sandbox', string],
  _id: string,
  set: Record<string, unknown>,
) {
  const of = collection(system, database, name);
  const before = (await of.findOneAndUpdate({ _id }, { $set: set })) as Stored;
  return async () => void (await of.replaceOne({ _id }, before));
}

/** The audit finds something, and reconciliation says so in these kinds; afterwards neither does. */
async function isReported(
  { system, differences }: Tools,
  sn: string,
  kinds: readonly string[],
  putBack: () => Promise<unknown>,
) {
  expect(wrongIn(await ledgerOf(system, sn))).not.toEqual([]);
  const found = await differences();
  expect(found.filter((one) => one.endsWith(sn)).sort()).toEqual(
    kinds.map((kind) => `${kind} ${sn}`).sort(),
  );
  await putBack();
  expect((await differences()).filter((one) => one.endsWith(sn))).toEqual([]);
}

/** An operator gives back what a difference says is owed, and the provider does. */
async function giveBackOwed({ story }: Tools, paymentSn: string) {
  const found = await story.differences();
  const owed = found.find((one) => one.paymentSn === paymentSn)?.owed;
  const { state } = (await story.payment(paymentSn)) ?? {};
  await story.refundPayment(paymentSn, operator, owed);
  await story.comes(async () => {
    const now = (await story.payment(paymentSn))?.state;
    return now !== state && now !== 'REFUNDING';
  });
}

const explanation = 'The traveller was told.';

/** An operator acknowledges a difference. */
async function acknowledge({ system }: Tools, difference: object) {
  const query = `mutation Acknowledge($input: AcknowledgeDifferenceInput!) {
    acknowledgeDifference(input: $input) {
      ... on PaymentDifference { acknowledgements { by explanation } } ... on Refused { code } } }`;
  const input = { ...difference, reason: explanation };
  const answer = await system.ask<{ acknowledgeDifference: object }>(operator, query, { input });
  return answer.acknowledgeDifference;
}

const freeNights = `mutation Free($sn: ID!) { freeOrderNights(input: { orderSn: $sn }) {
  ... on HomestayOrder { sn } ... on Refused { message } } }`;

const cases: Cases = {
  'the provider has forgotten a payment': async (tools) => {
    const { sn, paymentSn } = await tools.story.booked();
    const theirs = collection(tools.system, 'sandbox', 'payments');
    const before = (await theirs.findOneAndDelete({ _id: paymentSn })) as Stored;
    await isReported(tools, sn, ['PROVIDER_HAS_LESS'], () => theirs.insertOne(before));
    return sn;
  },
  'a payment says that more went back than its refunds say': async (tools) => {
    const { sn, paymentSn } = await tools.story.booked();
    const putBack = await change(tools.system, ['payment', 'payments'], paymentSn, { refunded: 5 });
    await isReported(tools, sn, ['REFUNDS_DO_NOT_ADD_UP', 'PROVIDER_HAS_MORE'], putBack);
    return sn;
  },
  'a refund that went back is gone from our ledger': async (tools) => {
    const { sn, paymentSn } = await tools.story.booked();
    const { sn: refundSn } = await tools.story.giveBack(sn, 300, host);
    await tools.paymentIs(paymentSn, 'PARTIALLY_REFUNDED');
    const refunds = collection(tools.system, 'payment', 'refunds');
    const before = (await refunds.findOneAndDelete({ _id: refundSn })) as Stored;
    await isReported(tools, sn, ['REFUNDS_DO_NOT_ADD_UP'], () => refunds.insertOne(before));
    return sn;
  },
  'a booking does not hold its nights': async (tools) => {
    const { sn } = await tools.story.booked({ nights: 2 });
    const nights = collection(tools.system, 'order', 'nights');
    const held = await nights.find({ orderSn: sn }).toArray();
    await nights.deleteMany({ orderSn: sn });
    await isReported(tools, sn, ['NIGHTS_NOT_HELD'], () => nights.insertMany(held));
    // They are not freed while the order holds them by right.
    const refused = await tools.system.ask(operator, freeNights, { sn });
    expect(refused).toEqual({ freeOrderNights: { message: expect.stringContaining('WAIT_USE') } });
    expect(await nights.countDocuments({ orderSn: sn })).toBe(2);
    return sn;
  },
  'a stay that was ended still holds nights': async (tools) => {
    const { sn } = await tools.story.booked({ nights: 2 });
    const nights = collection(tools.system, 'order', 'nights');
    const held = await nights.find({ orderSn: sn }).toArray();
    await tools.story.end(sn, host);
    await tools.becomes(sn, 'REFUNDED');
    await nights.insertMany(held);
    const free = () =>
      tools.system.ask<{ freeOrderNights: { message?: string } }>(operator, freeNights, { sn });
    await isReported(tools, sn, ['NIGHTS_NOT_FREE'], free);
    expect(await nights.countDocuments({ orderSn: sn })).toBe(0);
    expect(await free()).toEqual({ freeOrderNights: { sn } });
    return sn;
  },
  'an order counts as cancelled, and its payment as accepted': async (tools) => {
    const { sn } = await tools.story.booked();
    const putBack = await change(tools.system, ['order', 'orders'], sn, { state: 'CANCELLED' });
    const kinds = ['MONEY_WITHOUT_BOOKING', 'NIGHTS_NOT_FREE'];
    await isReported(tools, sn, kinds, putBack);
    return sn;
  },
  'an order is booked, and its payment counts as refused and returned': async (tools) => {
    const { system, story } = tools;
    const sn = await story.order();
    const { sn: paymentSn } = await story.pay(sn);
    await story.settle(paymentSn, { times: 0 });
    await story.cancel(sn);
    await story.settled();
    await tools.paymentIs(paymentSn, 'REFUNDED');
    // A night that no other order can hold: its id is none of a real night, which has a date in it.
    const night = { _id: `home-0/${sn}`, homestayId: 'home-0', night: '2030-01-01', orderSn: sn };
    const putBack = await change(system, ['order', 'orders'], sn, {
      state: 'WAIT_USE',
      paymentSn,
    });
    await collection(system, 'order', 'nights').insertOne({ ...night });
    const kinds = ['BOOKING_WITHOUT_MONEY', 'NIGHTS_NOT_HELD'];
    await isReported(tools, sn, kinds, async () => {
      await putBack();
      await collection(system, 'order', 'nights').deleteOne({ _id: night._id });
    });
    return sn;
  },
  'a traveller has left, and less went back than the policy’s share': async (tools) => {
    const { system, story } = tools;
    const { sn, paymentSn } = await story.booked({ inDays: 33 });
    await story.leave(sn);
    await tools.becomes(sn, 'REFUNDED');
    const [refund] = (await story.see(sn))?.refunds ?? [];
    const ours = [
      await change(system, ['payment', 'payments'], paymentSn, { refunded: 4_000 }),
      await change(system, ['payment', 'refunds'], refund?.sn as string, { amount: 4_000 }),
      await change(system, ['sandbox', 'payments'], paymentSn, { refunded: 4_000 }),
      await change(system, ['sandbox', 'refunds'], refund?.sn as string, { amount: 4_000 }),
    ];
    await isReported(tools, sn, ['ENDED_BUT_KEPT'], () => Promise.all(ours.map((put) => put())));
    return sn;
  },
  'a stay counts as left without a refund, and a share was owed': async (tools) => {
    const { system, story } = tools;
    const { sn } = await story.booked({ inDays: 0, homestayId: 'home-5' });
    await story.leave(sn);
    await tools.becomes(sn, 'REFUNDED');
    const earlier = { leaveAskedAt: new Date(Date.now() - 30 * 86_400_000) };
    const putBack = await change(system, ['order', 'orders'], sn, earlier);
    const found = await tools.differences();
    expect(found.filter((one) => one.endsWith(sn))).toEqual([`ENDED_BUT_KEPT ${sn}`]);
    await putBack();
    return sn;
  },
  'a stay ended after everything had gone back, and the bank sent a part back': async (tools) => {
    const { system, story } = tools;
    const { sn, paymentSn } = await story.booked();
    const part = await story.giveBack(sn, 4_000, host);
    await tools.paymentIs(paymentSn, 'PARTIALLY_REFUNDED');
    await story.giveBack(sn, 6_000, host);
    await tools.paymentIs(paymentSn, 'REFUNDED');
    await story.end(sn, host);
    await tools.becomes(sn, 'REFUNDED');
    await system.sandboxTest(`refunds/${part.sn}/settle`, { outcome: 'fail' });
    await tools.paymentIs(paymentSn, 'PARTIALLY_REFUNDED');
    await isReported(tools, sn, ['REFUND_SENT_BACK'], () => giveBackOwed(tools, paymentSn));
    await tools.paymentIs(paymentSn, 'REFUNDED');
    return sn;
  },
  'the bank sent back a part of a stay that goes on': async (tools) => {
    const { sn, paymentSn } = await tools.story.booked();
    const part = await tools.story.giveBack(sn, 4_000, host);
    await tools.paymentIs(paymentSn, 'PARTIALLY_REFUNDED');
    await tools.system.sandboxTest(`refunds/${part.sn}/settle`, { outcome: 'fail' });
    await tools.paymentIs(paymentSn, 'SUCCESS');
    await isReported(tools, sn, ['REFUND_SENT_BACK'], () => giveBackOwed(tools, paymentSn));
    expect((await ledgerOf(tools.system, sn)).payments).toMatchObject([{ refunded: 4_000 }]);
    return sn;
  },
  'an order was paid in time and closed all the same': async (tools) => {
    const { system, story } = tools;
    const sn = await story.order();
    const { sn: paymentSn } = await story.pay(sn);
    // As if nobody had known of the attempt when the order closed.
    await collection(system, 'order', 'orders').updateOne({ _id: sn }, { $unset: { attempt: '' } });
    await story.settle(paymentSn, { times: 0 });
    const orders = collection(system, 'order', 'orders');
    await orders.updateOne({ _id: sn }, { $set: { closeAt: new Date() } });
    await system.job('order', 'closeDueOrders { closed }');
    await story.settled();
    await tools.paymentIs(paymentSn, 'REFUNDED');
    const found = await tools.differences();
    expect(found.filter((one) => one.endsWith(sn))).toEqual([`PAID_IN_TIME_BUT_CLOSED ${sn}`]);
    // Nothing mends it: an operator ends it, with a reason that stays.
    const difference = { kind: 'PAID_IN_TIME_BUT_CLOSED', orderSn: sn, paymentSn };
    const acknowledged = await acknowledge(tools, difference);
    expect(acknowledged).toEqual({ acknowledgements: [{ by: operator.id, explanation }] });
    expect(await acknowledge(tools, difference)).toEqual(acknowledged);
    expect((await tools.differences()).filter((one) => one.endsWith(sn))).toEqual([]);
    const list = `{ paymentDifferences(acknowledged: true) {
      orderSn acknowledgements { by explanation } } }`;
    const { paymentDifferences } = await system.ask<{ paymentDifferences: object[] }>(
      operator,
      list,
    );
    expect(paymentDifferences).toContainEqual({ orderSn: sn, ...acknowledged });
    const other = { ...difference, orderSn: 'HSO1' };
    expect(await acknowledge(tools, other)).toEqual({ code: 'DIFFERENCE_UNKNOWN' });
    return sn;
  },
  'a difference with a provider stays when the provider does not list it any more': async (
    tools,
  ) => {
    const { system, story } = tools;
    const { sn, paymentSn } = await story.booked();
    // The payment becomes three days old: its serial number says when it began.
    const createdAt = new Date(Date.now() - 3 * 86_400_000);
    const _id = serialNumber('PMT', createdAt);
    const grown = async (name: 'sandbox' | 'payment') => {
      const payments = collection(system, name, 'payments');
      const young = (await payments.findOneAndDelete({ _id: paymentSn })) as Stored;
      const old = { ...young, _id, createdAt };
      await payments.insertOne(old);
      return old;
    };
    const theirs = await grown('sandbox');
    await grown('payment');
    await collection(system, 'order', 'orders').updateOne(
      { _id: sn },
      { $set: { paymentSn: _id } },
    );
    const found = { kind: 'PROVIDER_HAS_LESS', orderSn: sn, paymentSn: _id, basis: '' };
    await collection(system, 'payment', 'differences').insertOne({
      ...{ _id: `PROVIDERS PROVIDER_HAS_LESS ${sn} ${_id}`, source: 'PROVIDERS', ...found },
      foundAt: createdAt,
    });
    const atProvider = collection(system, 'sandbox', 'payments');
    await atProvider.deleteOne({ _id });
    await isReported(tools, sn, ['PROVIDER_HAS_LESS'], () => atProvider.insertOne(theirs));
    return sn;
  },
};

playCases(cases);
