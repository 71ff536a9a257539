import { expect } from '@jest/globals';
import { eventually } from '../../testing/eventually.ts';
import { dateIn } from '../../testing/story.ts';
import { ana, ben, host, operator } from '../../testing/tokens.ts';
import { playCases, type Tools } from './suite.ts';

const refundIs = (tools: Tools, sn: string, state: string) => tools.refundIs(sn, state);

/** A booking whose refund the provider has, and that a test settles. */
const underWay = async (tools: Tools, request: (sn: string) => Promise<{ sn: string }>) => {
  const { story, sandbox } = tools;
  const booked = await story.booked();
  await sandbox({ refundsWait: true });
  const refund = await request(booked.sn);
  await refundIs(tools, booked.sn, 'SENT');
  return { ...booked, refund };
};

playCases({
  'a traveller who leaves early enough gets everything back, and the nights are free': async ({
    story,
    becomes,
  }) => {
    const { sn, paymentSn } = await story.booked({ inDays: 31 });
    expect(await story.isFree(31)).toBe(false);
    expect(await story.leave(sn)).toMatchObject({ cause: 'TRAVELLER', amount: { amount: 10_000 } });
    await becomes(sn, 'REFUNDED');
    expect(await story.isFree(31)).toBe(true);
    expect((await story.payment(paymentSn))?.state).toBe('REFUNDED');
    return sn;
  },
  'a traveller who leaves late gets a share, and the host gives back the rest': async (tools) => {
    const { story, becomes, paymentIs } = tools;
    const { sn, paymentSn } = await story.booked({ inDays: 3 });
    expect(await story.leave(sn)).toMatchObject({ amount: { amount: 5_000 } });
    await becomes(sn, 'REFUNDED');
    await paymentIs(paymentSn, 'PARTIALLY_REFUNDED');
    expect(await story.leave(sn)).toMatchObject({ reason: 'STATE_FORBIDS' });
    expect(await story.giveBack(sn, 5_001, host)).toMatchObject({ reason: 'AMOUNT_INVALID' });
    expect(await story.giveBack(sn, 2_000, host)).toMatchObject({ cause: 'HOST' });
    await refundIs(tools, sn, 'SUCCESS');
    expect(await story.giveBack(sn, 3_000, operator)).toMatchObject({ cause: 'OPERATOR' });
    await refundIs(tools, sn, 'SUCCESS');
    await paymentIs(paymentSn, 'REFUNDED');
    expect(await story.giveBack(sn, 1, operator)).toMatchObject({ reason: 'NOTHING_LEFT' });
    return sn;
  },
  'A10: a traveller can leave when the policy gives nothing back: the nights are free at once':
    async ({ story, becomes }) => {
      const { sn } = await story.booked({ inDays: 0 });
      expect(await story.leave(sn)).toEqual({});
      await becomes(sn, 'REFUNDED');
      expect(await story.isFree(0)).toBe(true);
      expect(await story.leave(sn)).toEqual({});
      expect((await story.see(sn))?.refunds).toEqual([]);
      return sn;
    },
  'A1, F5: a host who gives back a little keeps the booking: nothing is freed or sold again':
    async (tools) => {
      const { story, paymentIs } = tools;
      const { sn, paymentSn } = await story.booked({ inDays: 32 });
      expect(await story.giveBack(sn, 1, host)).toMatchObject({ cause: 'HOST' });
      await paymentIs(paymentSn, 'PARTIALLY_REFUNDED');
      expect(await story.see(sn)).toMatchObject({
        state: 'WAIT_USE',
        ticketCode: expect.any(String),
      });
      expect(await story.isFree(32)).toBe(false);
      return sn;
    },
  'A1: a goodwill refund on the day of arrival does not keep the guest out': async ({
    story,
    paymentIs,
  }) => {
    const { sn, paymentSn } = await story.booked({ inDays: 0, nights: 2, homestayId: 'home-3' });
    const { ticketCode } = (await story.see(sn)) ?? {};
    await story.giveBack(sn, 100, operator);
    expect(await story.checkIn(sn, ticketCode as string)).toMatchObject({ state: 'USED' });
    await paymentIs(paymentSn, 'PARTIALLY_REFUNDED');
    return sn;
  },
  'A1: a host who ends the stay gives everything back, whatever the policy says': async ({
    story,
    becomes,
  }) => {
    const { sn } = await story.booked({ inDays: 0, nights: 3, homestayId: 'home-4' });
    expect(await story.end(sn, host)).toMatchObject({
      cause: 'HOST',
      amount: { amount: 10_000 * 3 },
    });
    await becomes(sn, 'REFUNDED');
    return sn;
  },
  'A1: while a goodwill refund is under way, a traveller is not answered with it': async (
    tools,
  ) => {
    const { story, system, becomes } = tools;
    const { sn, refund } = await underWay(tools, (sn) => story.giveBack(sn, 100, operator));
    expect(await story.leave(sn)).toMatchObject({ reason: 'REFUND_UNDER_WAY' });
    await system.sandboxTest(`refunds/${refund.sn}/settle`);
    await refundIs(tools, sn, 'SUCCESS');
    await tools.sandbox({});
    expect(await story.leave(sn)).toMatchObject({ amount: { amount: 9_900 } });
    await becomes(sn, 'REFUNDED');
    return sn;
  },
  'A1: a refund that failed is judged by the day of the first request': async (tools) => {
    const { story, system, becomes } = tools;
    const { sn, refund } = await underWay(tools, story.leave);
    await system.sandboxTest(`refunds/${refund.sn}/settle`, { outcome: 'fail' });
    await refundIs(tools, sn, 'FAILED');
    // As if five days had passed since then, and the stay began in three.
    const orders = system.databases.order.collection<{ _id: string; leaveAskedAt: Date }>('orders');
    const leaveAskedAt = new Date(Date.now() - 5 * 86_400_000);
    await orders.updateOne(
      { _id: sn, leaveAskedAt: { $exists: true } },
      { $set: { checkIn: dateIn(3), leaveAskedAt } },
    );
    await tools.sandbox({});
    await eventually(async () => {
      await story.settled();
      return (await story.leave(sn)).amount?.amount === 10_000;
    });
    await becomes(sn, 'REFUNDED');
    return sn;
  },
  'F4: a repeated partial refund pays once': async (tools) => {
    const { story, paymentIs } = tools;
    const { sn, paymentSn } = await story.booked();
    const key = { idempotencyKey: 'half' };
    const asked = [1, 2, 3].map(() => story.giveBack(sn, 5_000, host, key));
    const refunds = await Promise.all(asked);
    expect(new Set(refunds.map((refund) => refund.sn)).size).toBe(1);
    await paymentIs(paymentSn, 'PARTIALLY_REFUNDED');
    expect((await story.giveBack(sn, 5_000, host, key)).sn).toBe(refunds[0]?.sn);
    expect(await story.giveBack(sn, 4_999, host, key)).toMatchObject({ reason: 'KEY_REUSED' });
    expect(await story.end(sn, host, key)).toMatchObject({ reason: 'KEY_REUSED' });
    return sn;
  },
  'F14: asking again for a refund that is under way returns it, although less is left': async (
    tools,
  ) => {
    const { story, system } = tools;
    const key = { idempotencyKey: 'most' };
    const ask = (sn: string) => story.giveBack(sn, 6_000, host, key);
    const { sn, refund } = await underWay(tools, ask);
    expect(await ask(sn)).toMatchObject({ sn: refund.sn, state: 'SENT' });
    await system.sandboxTest(`refunds/${refund.sn}/settle`);
    return sn;
  },
  'F4: a second part with another key waits until the first has ended': async (tools) => {
    const { story, system, paymentIs } = tools;
    const { sn, paymentSn, refund } = await underWay(tools, (sn) =>
      story.giveBack(sn, 3_000, host),
    );
    const second = { idempotencyKey: 'second' };
    const ask = () => story.giveBack(sn, 7_000, host, second);
    expect(await ask()).toMatchObject({ reason: 'REFUND_UNDER_WAY' });
    await system.sandboxTest(`refunds/${refund.sn}/settle`);
    await paymentIs(paymentSn, 'PARTIALLY_REFUNDED');
    await tools.sandbox({});
    expect(await ask()).toMatchObject({ amount: { amount: 7_000 } });
    await paymentIs(paymentSn, 'REFUNDED');
    expect(await tools.differences()).toContain(`REFUNDED_BUT_BOOKED ${sn}`);
    expect(await story.end(sn, host)).toEqual({});
    await tools.becomes(sn, 'REFUNDED');
    return sn;
  },
  'a host cannot end a stay while a part goes back, and then ends it with all that is left': async (
    tools,
  ) => {
    const { story, system, becomes, paymentIs } = tools;
    const { sn, paymentSn, refund } = await underWay(tools, (sn) =>
      story.giveBack(sn, 1_000, host),
    );
    for (const asked of [story.end(sn, host), story.end(sn, operator), story.leave(sn)])
      expect(await asked).toMatchObject({ reason: 'REFUND_UNDER_WAY' });
    expect(await story.refundPayment(paymentSn, operator)).toMatchObject({
      reason: 'REFUND_UNDER_WAY',
    });
    await system.sandboxTest(`refunds/${refund.sn}/settle`);
    await refundIs(tools, sn, 'SUCCESS');
    await tools.sandbox({});
    expect(await story.end(sn, host)).toMatchObject({ amount: { amount: 9_000 } });
    await becomes(sn, 'REFUNDED');
    await paymentIs(paymentSn, 'REFUNDED');
    return sn;
  },
  'parts that host and operator give back at once are at most what was paid': async (tools) => {
    const { story, paymentIs } = tools;
    const { sn, paymentSn } = await story.booked();
    const all = [host, operator, host, operator].map((user) => story.giveBack(sn, 6_000, user));
    const answers = (await Promise.all(all)).map(({ reason, amount }) => reason ?? amount.amount);
    expect(answers.filter((answer) => answer === 6_000)).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'REFUND_UNDER_WAY')).toHaveLength(3);
    await paymentIs(paymentSn, 'PARTIALLY_REFUNDED');
    expect(await story.giveBack(sn, 4_001, operator)).toMatchObject({ reason: 'AMOUNT_INVALID' });
    return sn;
  },
  'a dispute of money that has gone back already is shown until it is won': async (tools) => {
    const { story, webhook, becomes } = tools;
    const { sn, paymentSn } = await story.booked();
    await story.leave(sn);
    await becomes(sn, 'REFUNDED');
    const dispute = (state: string) => ({
      ...{ about: 'refund', ref: 'dispute', paymentSn, amount: 10_000, currency: 'CNY' },
      refund: { state },
    });
    expect(await webhook(dispute('SUCCESS'))).toBe(200);
    expect(await tools.differences()).toContain(`REFUNDED_TOO_MUCH ${sn}`);
    expect(await webhook(dispute('FAILED'))).toBe(200);
    expect(await tools.differences()).toEqual([]);
    return sn;
  },
  'A1: a request to leave that must wait for another refund counts from its own day': async (
    tools,
  ) => {
    const { story, system, becomes } = tools;
    const { sn, refund } = await underWay(tools, (sn) => story.giveBack(sn, 100, host));
    expect(await story.leave(sn)).toMatchObject({ reason: 'REFUND_UNDER_WAY' });
    await system.sandboxTest(`refunds/${refund.sn}/settle`);
    await refundIs(tools, sn, 'SUCCESS');
    await tools.sandbox({});
    // As if five days had passed since then, and the stay began in three.
    const orders = system.databases.order.collection<{ _id: string; leaveAskedAt: Date }>('orders');
    const leaveAskedAt = new Date(Date.now() - 5 * 86_400_000);
    await orders.updateOne(
      { _id: sn, leaveAskedAt: { $exists: true } },
      { $set: { leaveAskedAt } },
    );
    await story.moveStay(sn, { checkIn: dateIn(3), checkOut: dateIn(4) });
    expect(await story.leave(sn)).toMatchObject({ amount: { amount: 9_900 } });
    await becomes(sn, 'REFUNDED');
    return sn;
  },
  'a host does not end a stay that its traveller left without a refund: a part can be given back':
    async ({ story, becomes, paymentIs }) => {
      const { sn, paymentSn } = await story.booked({ inDays: 0, homestayId: 'home-6' });
      await story.leave(sn);
      await becomes(sn, 'REFUNDED');
      expect(await story.end(sn, host)).toMatchObject({ reason: 'STATE_FORBIDS' });
      await story.giveBack(sn, 4_000, host);
      await paymentIs(paymentSn, 'PARTIALLY_REFUNDED');
      expect(await story.end(sn, operator)).toMatchObject({ reason: 'STATE_FORBIDS' });
      return sn;
    },
  'an amount has no parts of a minor unit': async ({ story }) => {
    const { sn } = await story.booked();
    for (const amount of [0.5, 100.01, Number.MAX_SAFE_INTEGER + 1])
      await expect(story.giveBack(sn, amount, host)).rejects.toThrow(/SafeInt|integer/i);
    return sn;
  },
  'asking to leave many times at once gives one refund': async ({ story, becomes }) => {
    const { sn } = await story.booked();
    const key = { idempotencyKey: 'leave' };
    const refunds = await Promise.all(Array.from({ length: 8 }, () => story.leave(sn, ana, key)));
    expect(new Set(refunds.map((refund) => refund.sn)).size).toBe(1);
    await becomes(sn, 'REFUNDED');
    return sn;
  },
  'a traveller and a host who end the stay at once: the money goes back once': async ({
    story,
    becomes,
  }) => {
    const { sn } = await story.booked();
    const answers = await Promise.all([story.leave(sn), story.end(sn, host)]);
    expect(answers.filter(({ reason }) => reason === 'REFUND_UNDER_WAY')).toHaveLength(1);
    await becomes(sn, 'REFUNDED');
    return sn;
  },
  'refused: other users, an unpaid order, an empty reason, an invalid amount': async ({
    story,
  }) => {
    const { sn } = await story.booked();
    expect(await story.leave(sn, ben)).toMatchObject({ reason: 'ORDER_UNKNOWN' });
    expect(await story.leave(sn, host)).toMatchObject({ reason: 'ORDER_UNKNOWN' });
    expect(await story.end(sn, ana)).toMatchObject({ reason: 'ORDER_UNKNOWN' });
    expect(await story.giveBack(sn, 1, ana)).toMatchObject({ reason: 'ORDER_UNKNOWN' });
    expect(await story.leave(sn, ana, { reason: ' ' })).toMatchObject({ reason: 'REASON_INVALID' });
    expect(await story.leave(await story.order())).toMatchObject({ reason: 'ORDER_NOT_PAID' });
    for (const amount of [10_001, 0, -5])
      expect(await story.giveBack(sn, amount, operator)).toMatchObject({
        reason: 'AMOUNT_INVALID',
      });
    expect(await story.giveBack(sn, 1, operator, { currency: 'JPY' })).toMatchObject({
      reason: 'AMOUNT_INVALID',
    });
    return sn;
  },
  'a guest who is in cannot leave, and a guest whose refund is under way does not get in': async (
    tools,
  ) => {
    const { story, system, becomes } = tools;
    const used = await story.booked({ inDays: 0, nights: 2, homestayId: 'home-1' });
    const ticketOf = async (sn: string) => (await story.see(sn))?.ticketCode as string;
    expect(await story.checkIn(used.sn, await ticketOf(used.sn))).toMatchObject({ state: 'USED' });
    expect(await story.leave(used.sn)).toMatchObject({ reason: 'STATE_FORBIDS' });
    expect(await story.end(used.sn, host)).toMatchObject({ reason: 'STATE_FORBIDS' });

    const { sn } = await story.booked({ inDays: 0, homestayId: 'home-2' });
    const code = await ticketOf(sn);
    await tools.sandbox({ refundsWait: true });
    const refund = await story.end(sn, host);
    await refundIs(tools, sn, 'SENT');
    expect(await story.checkIn(sn, code)).toMatchObject({ reason: 'STATE_FORBIDS' });
    await system.sandboxTest(`refunds/${refund.sn}/settle`);
    await becomes(sn, 'REFUNDED');
    return sn;
  },
  'a refund that takes its time is settled by its webhook, or when we ask': async (tools) => {
    const { story, system } = tools;
    const { sn, refund } = await underWay(tools, story.leave);
    await system.sandboxTest(`refunds/${refund.sn}/settle`, { times: 0 });
    await eventually(async () => {
      await story.settled();
      return (await story.see(sn))?.state === 'REFUNDED';
    });
    return sn;
  },
  'a refund that fails leaves the booking and the money': async (tools) => {
    const { story, system, paymentIs } = tools;
    const { sn, paymentSn, refund } = await underWay(tools, story.leave);
    await system.sandboxTest(`refunds/${refund.sn}/settle`, { outcome: 'fail' });
    await paymentIs(paymentSn, 'SUCCESS');
    expect(await story.see(sn)).toMatchObject({
      state: 'WAIT_USE',
      refunds: [{ state: 'FAILED' }],
    });
    return sn;
  },
  'A2: a 429 to a question about a refund does not end it: the money goes back once': async (
    tools,
  ) => {
    const { story, system } = tools;
    const { sn, refund } = await underWay(tools, story.leave);
    await tools.sandbox({ refundsWait: true, failNext: [429, 403, 401, 408, 409, 425, 400] });
    for (let runs = 0; runs < 4; runs += 1) await story.settled();
    expect((await story.see(sn))?.refunds).toMatchObject([{ state: 'SENT' }]);
    await system.sandboxTest(`refunds/${refund.sn}/settle`);
    await tools.becomes(sn, 'REFUNDED');
    return sn;
  },
  'A2: a refund that goes through after it failed is booked, and ends the stay': async (tools) => {
    const { story, system } = tools;
    const { sn, refund } = await underWay(tools, story.leave);
    await system.sandboxTest(`refunds/${refund.sn}/settle`, { outcome: 'fail' });
    await refundIs(tools, sn, 'FAILED');
    await system.sandboxTest(`refunds/${refund.sn}/settle`, { outcome: 'pay' });
    await tools.becomes(sn, 'REFUNDED');
    return sn;
  },
  'F3: a refund that the bank sends back frees its amount, and an operator refunds it anew': async (
    tools,
  ) => {
    const { story, system, becomes, paymentIs } = tools;
    const { sn, paymentSn } = await story.booked();
    const refund = await story.leave(sn);
    await becomes(sn, 'REFUNDED');
    await system.sandboxTest(`refunds/${refund.sn}/settle`, { outcome: 'fail' });
    await paymentIs(paymentSn, 'SUCCESS');
    expect((await story.see(sn))?.state).toBe('REFUNDED');
    expect(await tools.differences()).toContain(`REFUND_SENT_BACK ${sn}`);
    await expect(story.refundPayment(paymentSn, ana)).rejects.toThrow('UNAUTHORIZED_FIELD');
    expect(await story.refundPayment(paymentSn, operator)).toMatchObject({ cause: 'OPERATOR' });
    await paymentIs(paymentSn, 'REFUNDED');
    return sn;
  },
  'A5: a late hold of a refund that has ended does not hold the order': async (tools) => {
    const { story, system } = tools;
    const { sn, refund } = await underWay(tools, story.leave);
    await system.sandboxTest(`refunds/${refund.sn}/settle`, { outcome: 'fail' });
    await refundIs(tools, sn, 'FAILED');
    await story.settled();
    const hold = `holdOrderForRefund(orderSn: "${sn}", refundSn: "${refund.sn}")`;
    expect(await system.job('order', hold, 'payment')).toEqual({ holdOrderForRefund: 'REFUSED' });
    await tools.sandbox({});
    await story.leave(sn);
    await tools.becomes(sn, 'REFUNDED');
    return sn;
  },
  'A5: an order that is still held by a refund that has ended is released': async (tools) => {
    const { story, system } = tools;
    const { sn, refund } = await underWay(tools, story.leave);
    await system.sandboxTest(`refunds/${refund.sn}/settle`, { outcome: 'fail' });
    await refundIs(tools, sn, 'FAILED');
    await story.settled();
    const orders = system.databases.order.collection<{ _id: string }>('orders');
    await orders.updateOne({ _id: sn }, { $set: { refundSn: refund.sn } });
    await system.job('payment', 'reconcilePayments');
    expect(await orders.findOne({ _id: sn })).not.toHaveProperty('refundSn');
    return sn;
  },
  'A5: an order that an unknown refund holds is reported, and an operator releases it': async (
    tools,
  ) => {
    const { story, system } = tools;
    const { sn } = await story.booked();
    const orders = system.databases.order.collection<{ _id: string }>('orders');
    await orders.updateOne({ _id: sn }, { $set: { refundSn: 'RFD2026112700000000000000' } });
    expect(await tools.differences()).toEqual([`HELD_WITHOUT_REFUND ${sn}`]);
    await expect(story.release(sn, host)).rejects.toThrow('UNAUTHORIZED_FIELD');
    expect(await story.release(sn, operator)).toBe(true);
    expect(await story.release(sn, operator)).toBe(false);
    return sn;
  },
  'money that the provider gives back on its own page is booked': async (tools) => {
    const { story, system, paymentIs } = tools;
    const { sn, paymentSn } = await story.booked();
    await system.sandboxTest(`payments/${paymentSn}/refund`, { amount: 2_500 });
    await paymentIs(paymentSn, 'PARTIALLY_REFUNDED');
    expect((await story.see(sn))?.refunds).toMatchObject([
      { cause: 'PROVIDER', state: 'SUCCESS', amount: { amount: 2_500 } },
    ]);
    expect(await tools.differences()).toEqual([`REFUNDED_BUT_BOOKED ${sn}`]);
    await story.end(sn, operator);
    await tools.becomes(sn, 'REFUNDED');
    return sn;
  },
});
