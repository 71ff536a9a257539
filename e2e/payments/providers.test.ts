import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort } from '../../embedded/free-port.ts';
import { eventually } from '../../testing/eventually.ts';
import { storyOf } from '../../testing/payment/story.ts';
import type { Simulator, Telling } from '../../testing/providers/simulator.ts';
import { startStripeSimulator } from '../../testing/providers/stripe-simulator.ts';
import {
  startWechatpaySimulator,
  type WechatpayKeys,
  wechatpayKeys,
} from '../../testing/providers/wechatpay-simulator.ts';
import { startTestSystem, type TestSystem, withoutScheduler } from '../../testing/system.ts';
import { ana } from '../../testing/tokens.ts';

type Env = Record<string, string>;
type World = { simulator: Simulator; env: Env };

const pem = (key: WechatpayKeys['merchant']['privateKey'], type: 'pkcs8' | 'spki') =>
  key.export({ type, format: 'pem' });

/** A simulated provider at which a payment service that listens there is a customer, and the settings which make it one. */
const worlds: Record<string, { method: string; start(paymentUrl: string): Promise<World> }> = {
  stripe: {
    method: 'STRIPE',
    async start(paymentUrl) {
      const [secretKey, webhookSecret] = ['sk_test_of_the_tests', 'whsec_of_the_tests'];
      const notifyUrl = `${paymentUrl}/notifications/stripe`;
      const simulator = await startStripeSimulator({ secretKey, webhookSecret, notifyUrl });
      const env = {
        STRIPE_URL: simulator.url,
        STRIPE_SECRET_KEY: secretKey,
        STRIPE_WEBHOOK_SECRET: webhookSecret,
        STRIPE_RETURN_URL: 'https://homestay.example/paid',
      };
      return { simulator, env };
    },
  },
  wechatpay: {
    method: 'WECHAT_NATIVE',
    async start() {
      const keys = wechatpayKeys();
      const simulator = await startWechatpaySimulator(keys);
      const env = {
        WECHATPAY_URL: simulator.url,
        WECHATPAY_APP_ID: keys.appId,
        WECHATPAY_MERCHANT_ID: keys.merchantId,
        WECHATPAY_MERCHANT_SERIAL: keys.merchantSerial,
        WECHATPAY_MERCHANT_KEY: pem(keys.merchant.privateKey, 'pkcs8') as string,
        WECHATPAY_PLATFORM_SERIAL: keys.platformSerial,
        WECHATPAY_PLATFORM_KEY: pem(keys.platform.publicKey, 'spki') as string,
        WECHATPAY_API_V3_KEY: keys.apiV3Key,
      };
      return { simulator, env };
    },
  },
};

test('a traveller who changes the method leaves no second attempt open', async () => {
  const port = await freePort();
  const both = await Promise.all(
    Object.values(worlds).map(({ start }) => start(`http://127.0.0.1:${port}`)),
  );
  const [stripe, wechatpay] = both.map(({ simulator }) => simulator) as [Simulator, Simulator];
  const env = Object.assign({}, ...both.map((world) => world.env));
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

describe.each(Object.entries(worlds))('%s', (name, { method, start }) => {
  let system: TestSystem;
  let story: ReturnType<typeof storyOf>;
  let simulator: Simulator;
  beforeAll(async () => {
    const port = await freePort();
    const world = await start(`http://127.0.0.1:${port}`);
    simulator = world.simulator;
    const env = {
      PAYMENT_PROVIDERS: name,
      PAYMENT_PORT: `${port}`,
      QUERY_WAITING_AFTER: '1ms',
      ...world.env,
    };
    system = await startTestSystem({ parts: withoutScheduler, env });
    story = storyOf(system);
  });
  afterEach(() => {
    Object.assign(simulator.behaves, { down: false, refundsWait: false, forged: false });
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
    await story.refund(sn);
    await becomes(sn, 'REFUNDED');
    expect(simulator.held(payment.sn)).toBe(0);
  });

  test('where to pay is told, and asking again tells the same', async () => {
    const { sn, payment } = await begun();
    expect(payment.payUrl).toMatch(/^(https|weixin):\/\//);
    expect(await story.pay(sn, ana, method)).toEqual(payment);
  });

  test('the notification comes three times, or never', async () => {
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
    ['amount', 422],
    ['currency', 422],
  ])('a notification of a wrong %s is answered with %i and changes nothing', async (wrong, status) => {
    const { sn, payment } = await begun();
    expect(await simulator.tell(payment.sn, { wrong })).toBe(status);
    expect(await story.see(sn)).toMatchObject({ state: 'WAIT_PAY', payment: { state: 'WAIT' } });
  });

  test('an attempt of a cancelled order is closed and can not be paid', async () => {
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

  test('a refund that takes its time is settled by its notification, or when we ask', async () => {
    for (const times of [2, 0]) {
      const { sn, payment } = await booked();
      simulator.behaves.refundsWait = true;
      const refund = await story.refund(sn);
      await eventually(async () => (await story.see(sn))?.refunds[0]?.state === 'SENT');
      await simulator.settleRefund(refund.sn, 'SUCCESS', { times });
      await becomes(sn, 'REFUNDED');
      expect(simulator.held(payment.sn)).toBe(0);
    }
  });

  test('a refund that fails leaves the booking and the money', async () => {
    const { sn, payment } = await booked();
    simulator.behaves.refundsWait = true;
    const refund = await story.refund(sn);
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
    await story.refund(sn);
    await eventually(async () => (await story.see(sn))?.refunds[0]?.state === 'APPROVED');
    simulator.behaves.down = false;
    await becomes(sn, 'REFUNDED');
    expect(simulator.held(again.sn)).toBe(0);
  });

  if (name === 'wechatpay') {
    test('an answer that somebody else has signed is not believed', async () => {
      simulator.behaves.forged = true;
      expect((await begun()).payment.reason).toBe('PROVIDER_UNAVAILABLE');
    });

    test('a notification that is encrypted with another key is refused', async () => {
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
        payHomestayOrder(orderSn: $sn, method: WECHAT_JSAPI, payerId: "o-ana") {
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
