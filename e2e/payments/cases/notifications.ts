import { expect } from '@jest/globals';
import { request } from 'undici';
import { type Cases, paidFact } from './world.ts';

/** What a provider tells us: late, often, out of order, forged, wrong, or never. */
export const notificationCases: Cases = {
  'paid in time': async ({ story }) => (await story.booked()).sn,
  'the notification comes late': async ({ story, becomes }) => {
    const sn = await story.order();
    await story.settle((await story.pay(sn)).sn, { delayMs: 700 });
    await becomes(sn, 'WAIT_USE');
    return sn;
  },
  'the notification comes three times': async ({ story, becomes }) => {
    const sn = await story.order();
    await story.settle((await story.pay(sn)).sn, { times: 3 });
    await becomes(sn, 'WAIT_USE');
    return sn;
  },
  'the notification is lost, and we ask': async ({ story, becomes }) => {
    const sn = await story.order();
    await story.settle((await story.pay(sn)).sn, { times: 0 });
    await story.settled();
    await becomes(sn, 'WAIT_USE');
    return sn;
  },
  'word of a failure comes after the money': async ({ story }) => {
    const { sn, paymentSn } = await story.booked();
    await story.notifyAgain(paymentSn, { state: 'FAILED' });
    await story.notifyAgain(paymentSn, { state: 'CLOSED' });
    await story.settled();
    expect((await story.payment(paymentSn))?.state).toBe('SUCCESS');
    return sn;
  },
  'word of a failure comes before the money': async ({ story, becomes, notify }) => {
    const sn = await story.order();
    const payment = await story.pay(sn);
    expect(
      await notify({ about: 'payment', sn: payment.sn, payment: { state: 'FAILED', payUrl: '' } }),
    ).toBe(200);
    expect((await story.payment(payment.sn))?.state).toBe('FAILED');
    await story.settle(payment.sn);
    await becomes(sn, 'WAIT_USE');
    return sn;
  },
  'the same notification again: same answer, nothing new': async ({ story, notify }) => {
    const { sn, paymentSn } = await story.booked();
    expect(await notify(paidFact(paymentSn))).toBe(200);
    expect(await notify(paidFact(paymentSn))).toBe(200);
    return sn;
  },
  'forged: signed with another secret': ({ notify, unmoved }) =>
    unmoved(async (sn) =>
      expect(await notify(paidFact(sn), { secret: 'not the secret, but as long' })).toBe(401),
    ),
  'forged: altered after it was signed': ({ notify, unmoved }) =>
    unmoved(async (sn) => expect(await notify(paidFact(sn), { altered: ' ' })).toBe(401)),
  'forged: signed long ago and sent again': ({ notify, unmoved }) =>
    unmoved(async (sn) =>
      expect(await notify(paidFact(sn), { at: new Date(Date.now() - 600_000) })).toBe(401),
    ),
  'signed, but not what a notification looks like': ({ notify, unmoved }) =>
    unmoved(async () => expect(await notify({ hello: 'world' })).toBe(401)),
  'a notification of an unknown payment': ({ notify, unmoved }) =>
    unmoved(async () => expect(await notify(paidFact('PMT2026112100000000000000'))).toBe(404)),
  'a notification of a wrong amount': ({ notify, unmoved }) =>
    unmoved(async (sn) => expect(await notify(paidFact(sn, { amount: 1 }))).toBe(422)),
  'a notification of a wrong currency': ({ notify, unmoved }) =>
    unmoved(async (sn) => expect(await notify(paidFact(sn, { currency: 'USD' }))).toBe(422)),
  'a notification at an unknown provider': ({ system, unmoved }) =>
    unmoved(async () => {
      for (const name of ['nobody', 'constructor', '']) {
        const { statusCode } = await request(`${system.env.PAYMENT_URL}/notifications/${name}`, {
          method: 'POST',
        });
        expect(statusCode).toBe(404);
      }
    }),
  'a failure is recorded, and the traveller pays with a new payment': async ({
    story,
    becomes,
    paymentIs,
  }) => {
    const sn = await story.order();
    const first = await story.pay(sn);
    await story.settle(first.sn, { outcome: 'fail' });
    await paymentIs(first.sn, 'FAILED');
    const second = await story.pay(sn);
    expect(second.sn).not.toBe(first.sn);
    await story.settle(second.sn);
    await becomes(sn, 'WAIT_USE');
    return sn;
  },
  'two attempts are both paid: the second money goes back': async ({
    story,
    becomes,
    paymentIs,
    notify,
  }) => {
    const sn = await story.order();
    const first = await story.pay(sn);
    expect(
      await notify({ about: 'payment', sn: first.sn, payment: { state: 'FAILED', payUrl: '' } }),
    ).toBe(200);
    const second = await story.pay(sn);
    await story.settle(second.sn);
    await becomes(sn, 'WAIT_USE');
    await story.settle(first.sn);
    await paymentIs(first.sn, 'REFUNDED');
    return sn;
  },
};
