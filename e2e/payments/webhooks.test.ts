import { expect } from '@jest/globals';
import { request } from 'undici';
import { eventually } from '../../testing/eventually.ts';
import { host, operator } from '../../testing/tokens.ts';
import { paidFact, playCases } from './suite.ts';

playCases({
  'paid in time': async ({ story }) => (await story.booked()).sn,
  'the webhook comes late': async ({ story, becomes }) => {
    const sn = await story.order();
    await story.settle((await story.pay(sn)).sn, { delayMs: 700 });
    await becomes(sn, 'WAIT_USE');
    return sn;
  },
  'the webhook comes three times': async ({ story, becomes }) => {
    const sn = await story.order();
    await story.settle((await story.pay(sn)).sn, { times: 3 });
    await becomes(sn, 'WAIT_USE');
    return sn;
  },
  'the webhook is lost, and we ask the provider': async ({ story, becomes }) => {
    const sn = await story.order();
    await story.settle((await story.pay(sn)).sn, { times: 0 });
    await story.settled();
    await becomes(sn, 'WAIT_USE');
    return sn;
  },
  'a failure is reported after the money': async ({ story }) => {
    const { sn, paymentSn } = await story.booked();
    await story.notifyAgain(paymentSn, { state: 'FAILED' });
    await story.notifyAgain(paymentSn, { state: 'CLOSED' });
    await story.settled();
    expect((await story.payment(paymentSn))?.state).toBe('SUCCESS');
    return sn;
  },
  'a failure is reported before the money': async ({ story, becomes, webhook }) => {
    const sn = await story.order();
    const payment = await story.pay(sn);
    expect(
      await webhook({ about: 'payment', sn: payment.sn, payment: { state: 'FAILED', payUrl: '' } }),
    ).toBe(200);
    expect((await story.payment(payment.sn))?.state).toBe('FAILED');
    await story.settle(payment.sn);
    await becomes(sn, 'WAIT_USE');
    return sn;
  },
  'the same webhook twice has the same answer and changes nothing': async ({ story, webhook }) => {
    const { sn, paymentSn } = await story.booked();
    expect(await webhook(paidFact(paymentSn))).toBe(200);
    expect(await webhook(paidFact(paymentSn))).toBe(200);
    return sn;
  },
  'what is told again later, of other money or another end, changes nothing': async ({
    story,
    webhook,
  }) => {
    const { sn, paymentSn } = await story.booked();
    const closed = { about: 'payment', sn: paymentSn, payment: { state: 'CLOSED', payUrl: '' } };
    const later = [{ amount: 1 }, { amount: 20_000 }, { currency: 'USD' }, {}];
    const facts = later.map((money) => ({ ...paidFact(paymentSn, money), later: ['a field'] }));
    for (const content of [closed, ...facts]) expect(await webhook(content)).toBe(200);
    expect(await story.see(sn)).toMatchObject({
      ...{ state: 'WAIT_USE', refunds: [] },
      payment: { state: 'SUCCESS' },
    });
    return sn;
  },
  'what moved no money, is of another kind or of another payment changes nothing': async (
    tools,
  ) => {
    const { story, webhook } = tools;
    const { sn, paymentSn } = await story.booked();
    const other = await story.booked();
    const given = await story.giveBack(other.sn, 100, host);
    await tools.refundIs(other.sn, 'SUCCESS');
    const refund = (more: object) => ({
      ...{ about: 'refund', ref: 'page', paymentSn, amount: 100, currency: 'CNY' },
      ...{ refund: { state: 'SUCCESS' }, ...more },
    });
    const answers = [
      [refund({ amount: 0 }), 200],
      [refund({ amount: -100 }), 200],
      [refund({ amount: 2 ** 53 }), 401],
      [refund({ currency: 'USD' }), 422],
      [refund({ sn: given.sn }), 422],
      [refund({ about: 'payout' }), 200],
      [[paidFact(paymentSn)], 401],
    ] as const;
    for (const [content, status] of answers)
      expect([content, await webhook(content)]).toEqual([content, status]);
    expect(await story.see(sn)).toMatchObject({ state: 'WAIT_USE', refunds: [] });
    return sn;
  },
  'forged: signed with another secret': ({ webhook, unmoved }) =>
    unmoved(async (sn) =>
      expect(await webhook(paidFact(sn), { secret: 'not the secret, but as long' })).toBe(401),
    ),
  'forged: altered after it was signed': ({ webhook, unmoved }) =>
    unmoved(async (sn) => expect(await webhook(paidFact(sn), { altered: ' ' })).toBe(401)),
  'forged: signed long ago and sent again': ({ webhook, unmoved }) =>
    unmoved(async (sn) =>
      expect(await webhook(paidFact(sn), { at: new Date(Date.now() - 600_000) })).toBe(401),
    ),
  'signed, but not what a webhook looks like': ({ webhook, unmoved }) =>
    unmoved(async () => expect(await webhook({ hello: 'world' })).toBe(401)),
  'a webhook of an unknown payment': ({ webhook, unmoved }) =>
    unmoved(async () => expect(await webhook(paidFact('PMT2026112100000000000000'))).toBe(404)),
  'A4, F10: another amount than was to be paid goes back whole, and the traveller pays anew':
    async ({ story, becomes, paymentIs }) => {
      const sn = await story.order();
      for (const other of [{ amount: 9_999 }, { amount: 10_001 }, { currency: 'JPY' }]) {
        const payment = await story.pay(sn);
        await story.settle(payment.sn, other);
        await paymentIs(payment.sn, 'REFUNDED');
        expect((await story.see(sn))?.state).toBe('WAIT_PAY');
        expect((await story.see(sn))?.refunds.at(-1)).toMatchObject({
          cause: 'OTHER_AMOUNT',
          state: 'SUCCESS',
          amount: { amount: other.amount ?? 10_000 },
        });
      }
      await story.settle((await story.pay(sn)).sn);
      await becomes(sn, 'WAIT_USE');
      return sn;
    },
  'A4: another amount for an order that was cancelled goes back too': async ({
    story,
    paymentIs,
  }) => {
    const sn = await story.order();
    const payment = await story.pay(sn);
    await story.settle(payment.sn, { amount: 9_999, times: 0 });
    await story.cancel(sn);
    await story.settled();
    await paymentIs(payment.sn, 'REFUNDED');
    return sn;
  },
  'F8: a webhook about a payment that is not ours is ignored': ({ webhook, unmoved }) =>
    unmoved(async () => expect(await webhook(paidFact('cart-7'))).toBe(200)),
  'a webhook at an unknown provider': ({ system, unmoved }) =>
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
    webhook,
  }) => {
    const sn = await story.order();
    const first = await story.pay(sn);
    expect(
      await webhook({ about: 'payment', sn: first.sn, payment: { state: 'FAILED', payUrl: '' } }),
    ).toBe(200);
    const second = await story.pay(sn);
    await story.settle(second.sn);
    await becomes(sn, 'WAIT_USE');
    await story.settle(first.sn);
    await paymentIs(first.sn, 'REFUNDED');
    return sn;
  },
  'a second attempt is paid after check-in: its money goes back, and the guest stays': async ({
    story,
    becomes,
    paymentIs,
    webhook,
  }) => {
    const sn = await story.order(undefined, { inDays: 0, homestayId: 'home-7' });
    const first = await story.pay(sn);
    expect(
      await webhook({ about: 'payment', sn: first.sn, payment: { state: 'FAILED', payUrl: '' } }),
    ).toBe(200);
    await story.settle((await story.pay(sn)).sn);
    await becomes(sn, 'WAIT_USE');
    await story.checkIn(sn, (await story.see(sn))?.ticketCode as string);
    await story.settle(first.sn, { times: 3 });
    await paymentIs(first.sn, 'REFUNDED');
    expect((await story.see(sn))?.state).toBe('USED');
    return sn;
  },
  'a refund of the provider is told before its payment: both are booked in the end': async (
    tools,
  ) => {
    const { story, system, becomes, paymentIs } = tools;
    const sn = await story.order();
    const payment = await story.pay(sn);
    await story.settle(payment.sn, { times: 0 });
    await system.sandboxTest(`payments/${payment.sn}/refund`, { amount: 2_500, times: 1 });
    await story.notifyAgain(payment.sn);
    await becomes(sn, 'WAIT_USE');
    // It may be the comparison with the provider that books the refund, after that with the orders.
    await tools.differences();
    await paymentIs(payment.sn, 'PARTIALLY_REFUNDED');
    expect(await tools.differences()).toEqual([`REFUNDED_BUT_BOOKED ${sn}`]);
    await story.end(sn, operator);
    await becomes(sn, 'REFUNDED');
    return sn;
  },
  'the provider gives a part back before the order refuses the money: the rest goes back': async (
    tools,
  ) => {
    const { story, system, paymentIs } = tools;
    const sn = await story.order();
    const payment = await story.pay(sn);
    await story.settle(payment.sn, { times: 0 });
    await story.cancel(sn);
    await system.order.stop();
    await story.notifyAgain(payment.sn);
    await paymentIs(payment.sn, 'SUCCESS');
    await system.sandboxTest(`payments/${payment.sn}/refund`, { amount: 2_500 });
    await paymentIs(payment.sn, 'PARTIALLY_REFUNDED');
    await system.order.start();
    await eventually(async () => {
      await story.settled();
      return (await story.payment(payment.sn))?.state === 'REFUNDED';
    });
    expect((await story.see(sn))?.refunds).toMatchObject([
      { cause: 'PROVIDER', amount: { amount: 2_500 } },
      { cause: 'ORDER_REFUSED_PAYMENT', amount: { amount: 7_500 } },
    ]);
    return sn;
  },
});
