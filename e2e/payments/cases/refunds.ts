import { expect } from '@jest/globals';
import { eventually } from '../../../testing/eventually.ts';
import { host, operator } from '../../../testing/tokens.ts';
import type { Cases } from './world.ts';

/** Money that goes back. */
export const refundCases: Cases = {
  'the refund takes its time and its notification settles it': async ({
    system,
    story,
    becomes,
    sandbox,
  }) => {
    const { sn } = await story.booked();
    await sandbox({ refundsWait: true });
    const refund = await story.refund(sn);
    await eventually(async () => (await story.see(sn))?.refunds[0]?.state === 'SENT');
    expect((await story.see(sn))?.state).toBe('WAIT_USE');
    await system.sandboxTest(`refunds/${refund.sn}/settle`, { times: 2 });
    await becomes(sn, 'REFUNDED');
    return sn;
  },
  'the refund takes its time, its notification is lost, and we ask': async ({
    system,
    story,
    sandbox,
  }) => {
    const { sn } = await story.booked();
    await sandbox({ refundsWait: true });
    const refund = await story.refund(sn);
    await eventually(async () => (await story.see(sn))?.refunds[0]?.state === 'SENT');
    await system.sandboxTest(`refunds/${refund.sn}/settle`, { times: 0 });
    await eventually(async () => {
      await story.settled();
      return (await story.see(sn))?.state === 'REFUNDED';
    });
    return sn;
  },
  'the refund fails at the provider: the money and the booking stay': async ({
    system,
    story,
    sandbox,
    paymentIs,
  }) => {
    const { sn, paymentSn } = await story.booked();
    await sandbox({ refundsWait: true });
    const refund = await story.refund(sn);
    await eventually(async () => (await story.see(sn))?.refunds[0]?.state === 'SENT');
    await system.sandboxTest(`refunds/${refund.sn}/settle`, { outcome: 'fail' });
    await paymentIs(paymentSn, 'SUCCESS');
    expect((await story.see(sn))?.refunds).toMatchObject([{ state: 'FAILED' }]);
    expect((await story.see(sn))?.state).toBe('WAIT_USE');
    return sn;
  },
  'a failed refund is asked for again': async ({ system, story, sandbox }) => {
    const { sn } = await story.booked();
    await sandbox({ refundsWait: true });
    const refund = await story.refund(sn);
    await eventually(async () => (await story.see(sn))?.refunds[0]?.state === 'SENT');
    await system.sandboxTest(`refunds/${refund.sn}/settle`, { outcome: 'fail' });
    await eventually(async () => (await story.see(sn))?.refunds[0]?.state === 'FAILED');
    await sandbox({});
    await eventually(async () => {
      await story.refund(sn);
      await story.settled();
      return (await story.see(sn))?.state === 'REFUNDED';
    });
    return sn;
  },
  'money that the order refuses can not go back at first: an operator asks once more': async ({
    system,
    story,
    sandbox,
    paymentIs,
  }) => {
    const sn = await story.order();
    const payment = await story.pay(sn);
    await story.settle(payment.sn, { times: 0 });
    await story.cancel(sn);
    await sandbox({ refundsWait: true });
    await story.notifyAgain(payment.sn);
    const refund = await eventually(async () => {
      const [first] = (await story.see(sn))?.refunds ?? [];
      return first?.state === 'SENT' && first;
    });
    await system.sandboxTest(`refunds/${refund.sn}/settle`, { outcome: 'fail' });
    await paymentIs(payment.sn, 'SUCCESS');
    await sandbox({});
    expect(await story.refund(sn, host)).toMatchObject({ reason: 'ORDER_NOT_PAID' });
    expect(await story.refund(sn, operator)).toMatchObject({ cause: 'ORDER_REFUSED_PAYMENT' });
    await paymentIs(payment.sn, 'REFUNDED');
    expect((await story.see(sn))?.state).toBe('CANCELLED');
    return sn;
  },
  'refunded twice at once: the money goes back once': async ({ story, becomes }) => {
    const { sn } = await story.booked();
    const [one, two] = await Promise.all([story.refund(sn), story.refund(sn, host)]);
    expect(one.sn).toBe(two.sn);
    await becomes(sn, 'REFUNDED');
    return sn;
  },
  'a refund of more than was paid': async ({ story }) => {
    const { sn } = await story.booked();
    expect(await story.refund(sn, operator, 10_001)).toMatchObject({ reason: 'AMOUNT_INVALID' });
    expect(await story.refund(sn, operator, 0)).toMatchObject({ reason: 'AMOUNT_INVALID' });
    expect(await story.refund(sn, operator, -5)).toMatchObject({ reason: 'AMOUNT_INVALID' });
    return sn;
  },
  'partial refunds sum to no more than was paid': async ({ story }) => {
    const { sn } = await story.booked();
    for (const amount of [6_000, 3_000, 1_000]) {
      expect(await story.refund(sn, operator, amount)).toMatchObject({ amount: { amount } });
      await eventually(async () =>
        (await story.see(sn))?.refunds.every(({ state }) => state === 'SUCCESS'),
      );
    }
    expect(await story.refund(sn, operator, 1)).toMatchObject({ reason: 'NOTHING_LEFT' });
    return sn;
  },
  'the guest is checked in while the refund is under way: refused': async ({
    system,
    story,
    becomes,
    sandbox,
  }) => {
    const { sn } = await story.booked({ inDays: 0 });
    const { ticketCode } = (await story.see(sn)) ?? {};
    await sandbox({ refundsWait: true });
    const refund = await story.refund(sn, host);
    await eventually(async () => (await story.see(sn))?.refunds[0]?.state === 'SENT');
    expect(await story.checkIn(sn, ticketCode as string)).toMatchObject({
      reason: 'STATE_FORBIDS',
    });
    await system.sandboxTest(`refunds/${refund.sn}/settle`);
    await becomes(sn, 'REFUNDED');
    return sn;
  },
};
