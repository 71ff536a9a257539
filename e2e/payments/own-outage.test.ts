import { expect } from '@jest/globals';
import { eventually } from '../../testing/eventually.ts';
import { ledgerOf, wrongIn } from '../../testing/payment/ledger.ts';
import { playCases } from './suite.ts';

playCases({
  'the order service is down when money arrives': async ({ system, story, paymentIs }) => {
    const sn = await story.order();
    const payment = await story.pay(sn);
    await system.order.stop();
    await story.settle(payment.sn);
    await paymentIs(payment.sn, 'SUCCESS').finally(() => system.order.start());
    await eventually(async () => {
      await story.settled();
      return (await story.see(sn))?.state === 'WAIT_USE';
    });
    return sn;
  },
  'we are down when money arrives, and the provider tells us again': async ({
    system,
    story,
    becomes,
  }) => {
    const sn = await story.order();
    const payment = await story.pay(sn);
    await system.payment.stop();
    await story.settle(payment.sn);
    const tried = { attempts: { $gte: 1 }, body: { $regex: payment.sn } };
    await eventually(() => system.databases.sandbox.collection('deliveries').findOne(tried));
    await system.payment.start();
    await becomes(sn, 'WAIT_USE');
    return sn;
  },
  'the stored place in the stream of changes is lost': async ({ system, story }) => {
    const sn = await story.order();
    const payment = await story.pay(sn);
    await system.payment.stop();
    const place = system.databases.payment.collection<{ _id: string }>('change_feed');
    await place.updateOne({ _id: 'position' }, { $set: { token: { _data: 'nonsense' } } });
    await system.payment.start();
    await story.settle(payment.sn);
    await eventually(async () => {
      await story.settled();
      return (await story.see(sn))?.state === 'WAIT_USE';
    });
    return sn;
  },
  'two payment services work at once': async ({ system, story, becomes }) => {
    const stopSecond = await system.startCopy('payment');
    try {
      const bookings = await Promise.all(Array.from({ length: 10 }, () => story.booked()));
      await Promise.all(bookings.map(({ sn }) => story.leave(sn)));
      await Promise.all(bookings.map(({ sn }) => becomes(sn, 'REFUNDED')));
      for (const { sn } of bookings) expect(wrongIn(await ledgerOf(system, sn))).toEqual([]);
      return bookings[0]?.sn as string;
    } finally {
      await stopSecond();
    }
  },
  'a paid order expires when its stay has passed unused': async ({ system, story, becomes }) => {
    const { sn } = await story.booked();
    const past = { $set: { checkIn: '2026-01-01', checkOut: '2026-01-02' } };
    await system.databases.order.collection<{ _id: string }>('orders').updateOne({ _id: sn }, past);
    await system.job('order', 'expireUnusedOrders');
    await becomes(sn, 'EXPIRED');
    return sn;
  },
});
