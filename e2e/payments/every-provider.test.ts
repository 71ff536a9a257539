import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort } from '../../embedded/free-port.ts';
import { providers } from '../../subgraphs/payment/settings.ts';
import { eventually } from '../../testing/eventually.ts';
import { storyOf } from '../../testing/payment/story.ts';
import { stripeCustomer, wechatpayCustomer } from '../../testing/providers/customers.ts';
import type { Simulator, Telling } from '../../testing/providers/simulator.ts';
import { startTestSystem, type TestSystem, withoutScheduler } from '../../testing/system.ts';
import { ana } from '../../testing/tokens.ts';

const customers = {
  stripe: { method: 'STRIPE', start: stripeCustomer },
  wechatpay: { method: 'WECHAT_NATIVE', start: wechatpayCustomer },
};

test('every provider has a simulator here; the sandbox is played by itself', () => {
  expect(['sandbox', ...Object.keys(customers)].sort()).toEqual([...providers].sort());
});

test('a traveller who changes the method leaves no second attempt open', async () => {
  const port = await freePort();
  const atStripe = await stripeCustomer(`http://127.0.0.1:${port}`);
  const atWechatpay = await wechatpayCustomer();
  const [stripe, wechatpay] = [atStripe.simulator, atWechatpay.simulator];
  const env = { ...atStripe.env, ...atWechatpay.env };
  const system = await startTestSystem({
    parts: withoutScheduler,
    env: { PAYMENT_PROVIDERS: 'stripe, wechatpay', PAYMENT_PORT: `${port}`, ...env },
  });
  try {
    const story = storyOf(system);
    const sn = await story.order();
    const first = await story.pay(sn, ana, 'STRIPE');
    const second = await story.pay(sn, ana, 'WECHAT_NATIVE');
    expect((await story.payment(first.sn))?.state).toBe('CLOSED');
    expect(await stripe.pay(first.sn)).toBe(false);
    expect(await wechatpay.pay(second.sn)).toBe(true);
    await eventually(async () => (await story.see(sn))?.state === 'WAIT_USE');

    const other = await story.order();
    const paid = await story.pay(other, ana, 'STRIPE');
    await stripe.pay(paid.sn, { times: 0 });
    expect(await story.pay(other, ana, 'WECHAT_NATIVE')).toMatchObject({
      sn: paid.sn,
      state: 'SUCCESS',
    });
    await eventually(async () => (await story.see(other))?.state === 'WAIT_USE');
  } finally {
    await system.stop();
    await Promise.all([stripe.stop(), wechatpay.stop()]);
  }
});

describe.each(Object.entries(customers))('%s', (name, { method, start }) => {
  let system: TestSystem;
  let story: ReturnType<typeof storyOf>;
  let simulator: Simulator;
  beforeAll(async () => {
    const port = await freePort();
    const customer = await start(`http://127.0.0.1:${port}`);
    simulator = customer.simulator;
    const env = {
      PAYMENT_PROVIDERS: name,
      PAYMENT_PORT: `${port}`,
      QUERY_WAITING_AFTER: '1ms',
      QUERY_ENDED_AFTER: '1ms',
      ...customer.env,
    };
    system = await startTestSystem({ parts: withoutScheduler, env });
    story = storyOf(system);
  });
  afterEach(() => {
    Object.assign(simulator.behaves, {
      ...{ down: false, refundsWait: false, forged: false },
      failNext: [],
    });
  });
  afterAll(async () => {
    await system?.stop();
    await simulator?.stop();
  });

  const begun = async () => {
    const sn = await story.order();
    return { sn, payment: await story.pay(sn, ana, method) };
  };
  const booked = async () => {
    const { sn, payment } = await begun();
    expect(await simulator.pay(payment.sn)).toBe(true);
    await becomes(sn, 'WAIT_USE');
    return { sn, payment };
  };
  const becomes = (sn: string, state: string) =>
    eventually(async () => {
      await story.settled();
      return (await story.see(sn))?.state === state;
    });

  test('an order is paid, and refunded', async () => {
    const { sn, payment } = await booked();
    expect(simulator.held(payment.sn)).toBe(10_000);
    await story.leave(sn);
    await becomes(sn, 'REFUNDED');
    expect(simulator.held(payment.sn)).toBe(0);
  });

  test('the answer says where to pay, and asking again gives the same answer', async () => {
    const { sn, payment } = await begun();
    expect(payment.payUrl).toMatch(/^(https|weixin):\/\//);
    expect(await story.pay(sn, ana, method)).toEqual(payment);
  });

  test('the webhook comes three times, or never', async () => {
    for (const times of [3, 0]) {
      const { sn, payment } = await begun();
      await simulator.pay(payment.sn, { times });
      await becomes(sn, 'WAIT_USE');
    }
  });

  test.each<[NonNullable<Telling['wrong']>, number]>([
    ['signature', 401],
    ['age', 401],
    ['payment', 404],
  ])('a webhook of a wrong %s is answered with %i and changes nothing', async (wrong, status) => {
    const { sn, payment } = await begun();
    expect(await simulator.tell(payment.sn, { wrong })).toBe(status);
    expect(await story.see(sn)).toMatchObject({ state: 'WAIT_PAY', payment: { state: 'WAIT' } });
  });

  test('A4: another amount than was to be paid goes back whole', async () => {
    const { sn, payment } = await begun();
    await simulator.pay(payment.sn, { amount: 9_999 });
    await eventually(async () => (await story.payment(payment.sn))?.state === 'REFUNDED');
    expect(simulator.held(payment.sn)).toBe(0);
    expect((await story.see(sn))?.state).toBe('WAIT_PAY');
  });

  test('A2: no answer to a question ends a refund: a limit, a proxy, a wrong key', async () => {
    const { sn, payment } = await booked();
    simulator.behaves.refundsWait = true;
    const refund = await story.leave(sn);
    await eventually(async () => (await story.see(sn))?.refunds[0]?.state === 'SENT');
    simulator.behaves.failNext = [429, 403, 401, 404, 400, 408].map((status) => ({
      status,
      content: { code: 'PROXY_SAYS_NO', message: 'not now' },
    }));
    for (let count = 0; count < 6; count += 1) {
      await system.databases.payment
        .collection<{ _id: string }>('refunds')
        .updateOne({ _id: refund.sn }, { $set: { nextTryAt: new Date(0) } });
      await story.settled();
    }
    expect((await story.see(sn))?.refunds).toMatchObject([{ state: 'SENT' }]);
    simulator.behaves.failNext = [];
    await simulator.settleRefund(refund.sn, 'SUCCESS');
    await becomes(sn, 'REFUNDED');
    expect(simulator.held(payment.sn)).toBe(0);
  });

  if (name === 'stripe') {
    test('money that goes back on the page of the provider is booked', async () => {
      const { sn, payment } = await booked();
      expect(await simulator.refundByHand?.(payment.sn, 2_500)).toBe(200);
      await eventually(
        async () => (await story.payment(payment.sn))?.state === 'PARTIALLY_REFUNDED',
      );
      expect((await story.see(sn))?.refunds).toMatchObject([{ cause: 'PROVIDER' }]);
    });

    test('what a payer disputes with their bank is booked, and reconciliation agrees', async () => {
      const { sn, payment } = await booked();
      expect(await simulator.dispute?.(payment.sn, 3_000)).toBe(200);
      await eventually(
        async () => (await story.payment(payment.sn))?.state === 'PARTIALLY_REFUNDED',
      );
      expect((await story.see(sn))?.refunds).toMatchObject([{ cause: 'PROVIDER' }]);
      await story.reconciled();
      const found = (await story.differences()).filter(({ orderSn }) => orderSn === sn);
      expect(found.map(({ kind }) => kind)).toEqual(['REFUNDED_BUT_BOOKED']);
    });

    test('a dispute whose money has come back before we heard of it takes nothing', async () => {
      const { sn, payment } = await booked();
      expect(await simulator.dispute?.(payment.sn, 3_000, { won: true })).toBe(200);
      await story.reconciled();
      expect((await story.payment(payment.sn))?.state).toBe('SUCCESS');
      expect(await story.differences()).not.toContainEqual(
        expect.objectContaining({ orderSn: sn }),
      );
    });

    test('A6: an attempt whose session is not known yet is closed at the provider', async () => {
      const { sn, paymentSn } = await beginningEnds(() => Promise.reject(new Error('killed')));
      await story.cancel(sn);
      await story.settled();
      expect((await story.payment(paymentSn))?.state).toBe('CLOSED');
      expect(await simulator.pay(paymentSn)).toBe(false);
    });
  }

  test('an attempt of a cancelled order is closed and cannot be paid', async () => {
    const { sn, payment } = await begun();
    await story.cancel(sn);
    await story.settled();
    expect((await story.payment(payment.sn))?.state).toBe('CLOSED');
    expect(await simulator.pay(payment.sn)).toBe(false);
  });

  const beginningEnds = async (how: (sn: string) => Promise<unknown>) => {
    const sn = await story.order();
    await system.payment.stop();
    await system.payment.start(async (place) => {
      if (place === 'payment begun at the provider') await how(sn);
    });
    const answer = await story.pay(sn, ana, method).catch(() => undefined);
    await system.payment.stop();
    await system.payment.start();
    const stored = await system.databases.payment
      .collection<{ _id: string }>('payments')
      .findOne({ orderSn: sn });
    return { sn, answer, paymentSn: stored?._id as string };
  };

  test('an order that is cancelled while its payment begins leaves nothing that can be paid', async () => {
    const { answer, paymentSn } = await beginningEnds(async (sn) => {
      await story.cancel(sn);
      await system.job('payment', 'settleWaitingPayments');
    });
    expect(answer?.reason).toBe('ORDER_NOT_PAYABLE');
    expect(await simulator.pay(paymentSn)).toBe(false);
  });

  test('a payment that began without our knowing, for an order that was cancelled, is closed or its money goes back', async () => {
    const { sn, paymentSn } = await beginningEnds(() => Promise.reject(new Error('killed')));
    await story.cancel(sn);
    await story.settled();
    expect((await story.payment(paymentSn))?.state).toBe('CLOSED');
    if (!(await simulator.pay(paymentSn))) return;
    await eventually(async () => (await story.payment(paymentSn))?.state === 'REFUNDED');
    expect(simulator.held(paymentSn)).toBe(0);
  });

  test('A6: money of an attempt that counts as closed is found without a webhook, and goes back', async () => {
    const { sn, payment } = await begun();
    // As if this process had closed the attempt before the provider knew it.
    const payments = system.databases.payment.collection<{ _id: string }>('payments');
    await payments.updateOne(
      { _id: payment.sn },
      { $set: { state: 'CLOSED', live: false, toQuery: true } },
    );
    await story.cancel(sn);
    await simulator.pay(payment.sn, { times: 0 });
    await eventually(async () => {
      await story.settled();
      return (await story.payment(payment.sn))?.state === 'REFUNDED';
    });
    expect(simulator.held(payment.sn)).toBe(0);
  });

  test('money that was paid before the attempt could be closed goes back', async () => {
    const { sn, payment } = await begun();
    await simulator.pay(payment.sn, { times: 0 });
    await story.cancel(sn);
    await eventually(async () => {
      await story.settled();
      return (await story.payment(payment.sn))?.state === 'REFUNDED';
    });
    expect(simulator.held(payment.sn)).toBe(0);
    expect((await story.see(sn))?.state).toBe('CANCELLED');
  });

  test('a refund that takes its time is settled by its webhook, or when we ask', async () => {
    for (const times of [2, 0]) {
      const { sn, payment } = await booked();
      simulator.behaves.refundsWait = true;
      const refund = await story.leave(sn);
      await eventually(async () => (await story.see(sn))?.refunds[0]?.state === 'SENT');
      await simulator.settleRefund(refund.sn, 'SUCCESS', { times });
      await becomes(sn, 'REFUNDED');
      expect(simulator.held(payment.sn)).toBe(0);
    }
  });

  test('a refund that fails leaves the booking and the money', async () => {
    const { sn, payment } = await booked();
    simulator.behaves.refundsWait = true;
    const refund = await story.leave(sn);
    await eventually(async () => (await story.see(sn))?.refunds[0]?.state === 'SENT');
    await simulator.settleRefund(refund.sn, 'FAILED');
    await eventually(async () => (await story.payment(payment.sn))?.state === 'SUCCESS');
    expect((await story.see(sn))?.state).toBe('WAIT_USE');
  });

  test('while the provider is down nothing is begun, and a refund waits for it', async () => {
    simulator.behaves.down = true;
    const { sn, payment } = await begun();
    expect(payment.reason).toBe('PROVIDER_UNAVAILABLE');
    simulator.behaves.down = false;
    const again = await story.pay(sn, ana, method);
    await simulator.pay(again.sn);
    await becomes(sn, 'WAIT_USE');
    simulator.behaves.down = true;
    await story.leave(sn);
    await eventually(async () => (await story.see(sn))?.refunds[0]?.state === 'APPROVED');
    simulator.behaves.down = false;
    await becomes(sn, 'REFUNDED');
    expect(simulator.held(again.sn)).toBe(0);
  });

  if (name === 'wechatpay') {
    test('an answer with another signature is refused', async () => {
      simulator.behaves.forged = true;
      expect((await begun()).payment.reason).toBe('PROVIDER_UNAVAILABLE');
    });

    test('a webhook that is encrypted with another key is refused', async () => {
      const { payment } = await begun();
      expect(await simulator.tell(payment.sn, { wrong: 'key' })).toBe(401);
    });
  }

  test('another method is not offered', async () => {
    expect(await story.pay(await story.order(), ana, 'SANDBOX')).toMatchObject({
      reason: 'METHOD_NOT_OFFERED',
    });
  });

  test('WeChat is told who pays, and its bridge gets what it needs', async () => {
    const sn = await story.order();
    const refused = await story.pay(sn, ana, 'WECHAT_JSAPI');
    expect(refused.reason).toBe(name === 'wechatpay' ? 'PAYER_UNKNOWN' : 'METHOD_NOT_OFFERED');
    if (name !== 'wechatpay') return;
    const { payHomestayOrder } = await system.ask<{
      payHomestayOrder: { jsapi: Record<string, string> };
    }>(
      ana,
      `mutation ($sn: ID!) {
        payHomestayOrder(input: { orderSn: $sn, method: WECHAT_JSAPI, payerId: "o-ana" }) {
          ... on Payment { jsapi { appId timeStamp nonceStr package signType paySign } }
        }
      }`,
      { sn },
    );
    expect(payHomestayOrder.jsapi).toMatchObject({
      package: expect.stringContaining('prepay_id=wxPMT'),
      signType: 'RSA',
    });
  });
});
