import { expect } from '@jest/globals';
import { eventually } from '../../testing/eventually.ts';
import { ana, ben } from '../../testing/tokens.ts';
import { playCases } from './suite.ts';

playCases({
  'cancelled: the attempt is closed at the provider and cannot be paid': async ({ story }) => {
    const sn = await story.order();
    const payment = await story.pay(sn);
    await story.cancel(sn);
    await story.settled();
    expect((await story.payment(payment.sn))?.state).toBe('CLOSED');
    expect(await story.settle(payment.sn)).toMatchObject({
      error: expect.stringContaining('CLOSED'),
    });
    return sn;
  },
  'pay after close: the deadline has passed, the attempt is closed': async ({ story }) => {
    const sn = await story.order();
    const payment = await story.pay(sn);
    await story.deadlinePasses(sn);
    await story.settled();
    expect(await story.settle(payment.sn)).toHaveProperty('error');
    expect(await story.pay(sn)).toMatchObject({ reason: 'ORDER_NOT_PAYABLE' });
    return sn;
  },
  'the money is on its way when the order is cancelled: it goes back, and the traveller sees why':
    async ({ story, paymentIs }) => {
      const sn = await story.order();
      const payment = await story.pay(sn);
      await story.settle(payment.sn, { times: 0 });
      await story.cancel(sn);
      await story.notifyAgain(payment.sn);
      await paymentIs(payment.sn, 'REFUNDED');
      expect((await story.see(sn))?.refunds).toMatchObject([
        {
          cause: 'ORDER_REFUSED_PAYMENT',
          state: 'SUCCESS',
          explanation: expect.stringContaining('no longer waited'),
        },
      ]);
      return sn;
    },
  'the money is on its way when the deadline passes: the order is paid': async ({
    story,
    becomes,
  }) => {
    const sn = await story.order();
    const payment = await story.pay(sn);
    await story.settle(payment.sn, { times: 0 });
    await story.deadlinePasses(sn);
    await story.notifyAgain(payment.sn);
    await becomes(sn, 'WAIT_USE');
    return sn;
  },
  'the webhook is lost and the deadline passes: the order is paid': async ({ story, becomes }) => {
    const sn = await story.order();
    const payment = await story.pay(sn);
    await story.settle(payment.sn, { times: 0 });
    await story.deadlinePasses(sn);
    await story.settled();
    await becomes(sn, 'WAIT_USE');
    return sn;
  },
  'we hear of the money only when we close the attempt': async ({ story, paymentIs }) => {
    const sn = await story.order();
    const payment = await story.pay(sn);
    await story.settle(payment.sn, { times: 0 });
    await story.cancel(sn);
    await story.settled();
    await paymentIs(payment.sn, 'REFUNDED');
    return sn;
  },
  'close after pay: a paid order stays': async ({ story }) => {
    const { sn } = await story.booked();
    await story.deadlinePasses(sn);
    expect((await story.see(sn))?.state).toBe('WAIT_USE');
    return sn;
  },
  'past its deadline an order cannot be paid, even if it is not closed yet': async ({
    system,
    story,
  }) => {
    const sn = await story.order();
    const past = { $set: { closeAt: new Date(Date.now() - 1_000) } };
    await system.databases.order.collection<{ _id: string }>('orders').updateOne({ _id: sn }, past);
    expect(await story.pay(sn)).toMatchObject({ reason: 'DEADLINE_PASSED' });
    await system.job('order', 'closeDueOrders { closed }');
    return sn;
  },
  'pay and close at the same instant': async ({ story }) => {
    const sn = await story.order();
    const payment = await story.pay(sn);
    await Promise.all([story.settle(payment.sn), story.deadlinePasses(sn)]);
    await eventually(async () => {
      await story.settled();
      const seen = await story.see(sn);
      return (
        seen?.state === 'WAIT_USE' ||
        seen?.payment?.state === 'REFUNDED' ||
        seen?.payment?.state === 'CLOSED'
      );
    });
    return sn;
  },
  'asked twice to pay: the same live payment': async ({ story }) => {
    const sn = await story.order();
    const [first, second] = [await story.pay(sn), await story.pay(sn)];
    expect(second).toEqual(first);
    return sn;
  },
  'somebody else cannot pay the order': async ({ story }) => {
    const sn = await story.order();
    expect(await story.pay(sn, ben)).toMatchObject({ reason: 'ORDER_UNKNOWN' });
    return sn;
  },
  'a method that is not offered here': async ({ story }) => {
    const sn = await story.order();
    expect(await story.pay(sn, ana, 'STRIPE')).toMatchObject({ reason: 'METHOD_NOT_OFFERED' });
    return sn;
  },
});
