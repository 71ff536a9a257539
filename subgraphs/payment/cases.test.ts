import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { request } from 'undici';
import { freePort } from '../../embedded/free-port.ts';
import { parts } from '../../embedded/system.ts';
import { booksOf, wrongIn } from './books.ts';
import { signatureHeaders } from './providers/sandbox/signature.ts';
import { ana, ben, host, operator, storyOf } from './story.ts';
import { eventually, quietLog, startTestSystem, type TestSystem } from './test-system.ts';

let system: TestSystem;
let story: ReturnType<typeof storyOf>;
beforeAll(async () => {
  system = await startTestSystem({ env: { QUERY_WAITING_AFTER: '1ms', PROVIDER_TIMEOUT: '1500ms' } });
  story = storyOf(system);
});
afterEach(() => system.sandboxTest('behaviour', {}));
afterAll(() => system?.stop());

const becomes = (sn: string, state: string) => eventually(async () => (await story.see(sn))?.state === state);
const sandbox = (how: object) => system.sandboxTest('behaviour', how);
const paymentIs = (sn: string, state: string) => eventually(async () => (await story.payment(sn))?.state === state);

/** Sends a notification of our own making; signed with the right secret unless said otherwise. */
async function notify(
  content: object,
  { secret = system.env.SANDBOX_SECRET as string, at = new Date(), altered = '' } = {},
) {
  const body = JSON.stringify(content);
  const { statusCode, body: answer } = await request(`${system.env.PAYMENT_URL}/notifications/sandbox`, {
    method: 'POST',
    headers: signatureHeaders(secret, body, at),
    body: body + altered,
  });
  await answer.dump();
  return statusCode;
}
const paidFact = (sn: string, money: { amount?: number; currency?: string } = {}) => ({
  about: 'payment',
  sn,
  payment: { state: 'SUCCESS', payUrl: '', amount: 10_000, currency: 'CNY', paidAt: new Date(), ...money },
});
/** A payment that waits, and what follows must leave it so. */
async function unmoved(act: (paymentSn: string) => Promise<unknown>): Promise<string> {
  const sn = await story.order();
  const payment = await story.pay(sn);
  await act(payment.sn);
  expect(await story.see(sn)).toMatchObject({ state: 'WAIT_PAY', payment: { state: 'WAIT' } });
  return sn;
}

/** Each plays a story and answers with its order; afterwards money held must be bookings held, at our side and the provider's. */
const cases: Record<string, () => Promise<string>> = {
  'paid in time': async () => (await story.booked()).sn,
  'the notification comes late': async () => {
    const sn = await story.order();
    await story.settle((await story.pay(sn)).sn, { delayMs: 700 });
    await becomes(sn, 'WAIT_USE');
    return sn;
  },
  'the notification comes three times': async () => {
    const sn = await story.order();
    await story.settle((await story.pay(sn)).sn, { times: 3 });
    await becomes(sn, 'WAIT_USE');
    return sn;
  },
  'the notification is lost, and we ask': async () => {
    const sn = await story.order();
    await story.settle((await story.pay(sn)).sn, { times: 0 });
    await story.settled();
    await becomes(sn, 'WAIT_USE');
    return sn;
  },
  'word of a failure comes after the money': async () => {
    const { sn, paymentSn } = await story.booked();
    await story.notifyAgain(paymentSn, { state: 'FAILED' });
    await story.notifyAgain(paymentSn, { state: 'CLOSED' });
    await story.settled();
    expect((await story.payment(paymentSn))?.state).toBe('SUCCESS');
    return sn;
  },
  'word of a failure comes before the money': async () => {
    const sn = await story.order();
    const payment = await story.pay(sn);
    expect(await notify({ about: 'payment', sn: payment.sn, payment: { state: 'FAILED', payUrl: '' } })).toBe(200);
    expect((await story.payment(payment.sn))?.state).toBe('FAILED');
    await story.settle(payment.sn);
    await becomes(sn, 'WAIT_USE');
    return sn;
  },
  'the same notification again: same answer, nothing new': async () => {
    const { sn, paymentSn } = await story.booked();
    expect(await notify(paidFact(paymentSn))).toBe(200);
    expect(await notify(paidFact(paymentSn))).toBe(200);
    return sn;
  },
  'forged: signed with another secret': () =>
    unmoved(async (sn) => expect(await notify(paidFact(sn), { secret: 'not the secret, but as long' })).toBe(401)),
  'forged: altered after it was signed': () =>
    unmoved(async (sn) => expect(await notify(paidFact(sn), { altered: ' ' })).toBe(401)),
  'forged: signed long ago and sent again': () =>
    unmoved(async (sn) => expect(await notify(paidFact(sn), { at: new Date(Date.now() - 600_000) })).toBe(401)),
  'signed, but not what a notification looks like': () =>
    unmoved(async () => expect(await notify({ hello: 'world' })).toBe(401)),
  'a notification of an unknown payment': () =>
    unmoved(async () => expect(await notify(paidFact('PMT2026112100000000000000'))).toBe(404)),
  'a notification of a wrong amount': () =>
    unmoved(async (sn) => expect(await notify(paidFact(sn, { amount: 1 }))).toBe(422)),
  'a notification of a wrong currency': () =>
    unmoved(async (sn) => expect(await notify(paidFact(sn, { currency: 'USD' }))).toBe(422)),
  'a notification at an unknown provider': () =>
    unmoved(async () => {
      const { statusCode } = await request(`${system.env.PAYMENT_URL}/notifications/nobody`, { method: 'POST' });
      expect(statusCode).toBe(404);
    }),
  'a failure is recorded, and the traveller pays with a new payment': async () => {
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
  'two attempts are both paid: the second money goes back': async () => {
    const sn = await story.order();
    const first = await story.pay(sn);
    expect(await notify({ about: 'payment', sn: first.sn, payment: { state: 'FAILED', payUrl: '' } })).toBe(200);
    const second = await story.pay(sn);
    await story.settle(second.sn);
    await becomes(sn, 'WAIT_USE');
    await story.settle(first.sn);
    await paymentIs(first.sn, 'REFUNDED');
    return sn;
  },
  'cancelled: the attempt is closed at the provider and can not be paid': async () => {
    const sn = await story.order();
    const payment = await story.pay(sn);
    await story.cancel(sn);
    await story.settled();
    expect((await story.payment(payment.sn))?.state).toBe('CLOSED');
    expect(await story.settle(payment.sn)).toMatchObject({ error: expect.stringContaining('CLOSED') });
    return sn;
  },
  'pay after close: the deadline has passed, the attempt is closed': async () => {
    const sn = await story.order();
    const payment = await story.pay(sn);
    await story.deadlinePasses(sn);
    await story.settled();
    expect(await story.settle(payment.sn)).toHaveProperty('error');
    expect(await story.pay(sn)).toMatchObject({ reason: 'ORDER_NOT_PAYABLE' });
    return sn;
  },
  'the money is on its way when the order is cancelled: it goes back, and the traveller sees why': async () => {
    const sn = await story.order();
    const payment = await story.pay(sn);
    await story.settle(payment.sn, { times: 0 });
    await story.cancel(sn);
    await story.notifyAgain(payment.sn);
    await paymentIs(payment.sn, 'REFUNDED');
    expect((await story.see(sn))?.refunds).toMatchObject([
      { cause: 'ORDER_REFUSED_PAYMENT', state: 'SUCCESS', explanation: expect.stringContaining('no longer waited') },
    ]);
    return sn;
  },
  'the money is on its way when the deadline passes': async () => {
    const sn = await story.order();
    const payment = await story.pay(sn);
    await story.settle(payment.sn, { times: 0 });
    await story.deadlinePasses(sn);
    await story.notifyAgain(payment.sn);
    await paymentIs(payment.sn, 'REFUNDED');
    return sn;
  },
  'we hear of the money only when we close the attempt': async () => {
    const sn = await story.order();
    const payment = await story.pay(sn);
    await story.settle(payment.sn, { times: 0 });
    await story.cancel(sn);
    await story.settled();
    await paymentIs(payment.sn, 'REFUNDED');
    return sn;
  },
  'close after pay: a paid order stays': async () => {
    const { sn } = await story.booked();
    await story.deadlinePasses(sn);
    expect((await story.see(sn))?.state).toBe('WAIT_USE');
    return sn;
  },
  'past its deadline an order can not be paid, even if it is not closed yet': async () => {
    const sn = await story.order();
    const past = { $set: { closeAt: new Date(Date.now() - 1_000) } };
    await system.databases.order.collection<{ _id: string }>('orders').updateOne({ _id: sn }, past);
    expect(await story.pay(sn)).toMatchObject({ reason: 'DEADLINE_PASSED' });
    await system.job('order', 'closeDueOrders { closed }');
    return sn;
  },
  'pay and close at the same instant': async () => {
    const sn = await story.order();
    const payment = await story.pay(sn);
    await Promise.all([story.settle(payment.sn), story.deadlinePasses(sn)]);
    await eventually(async () => {
      await story.settled();
      const seen = await story.see(sn);
      return seen?.state === 'WAIT_USE' || seen?.payment?.state === 'REFUNDED' || seen?.payment?.state === 'CLOSED';
    });
    return sn;
  },
  'asked twice to pay: the same live payment': async () => {
    const sn = await story.order();
    const [first, second] = [await story.pay(sn), await story.pay(sn)];
    expect(second).toEqual(first);
    return sn;
  },
  'somebody else can not pay the order': async () => {
    const sn = await story.order();
    expect(await story.pay(sn, ben)).toMatchObject({ reason: 'ORDER_UNKNOWN' });
    return sn;
  },
  'a method that is not offered here': async () => {
    const sn = await story.order();
    expect(await story.pay(sn, ana, 'STRIPE')).toMatchObject({ reason: 'METHOD_NOT_OFFERED' });
    return sn;
  },
  'the provider is down when the traveller wants to pay': async () => {
    const sn = await story.order();
    await sandbox({ down: true });
    expect(await story.pay(sn)).toMatchObject({ reason: 'PROVIDER_UNAVAILABLE' });
    await sandbox({});
    await story.settle((await story.pay(sn)).sn);
    await becomes(sn, 'WAIT_USE');
    return sn;
  },
  'the provider is slow: it begins the payment and we have given up': async () => {
    const sn = await story.order();
    await sandbox({ answerAfterMs: 2_500 });
    expect(await story.pay(sn)).toMatchObject({ reason: 'PROVIDER_UNAVAILABLE' });
    await sandbox({});
    await story.settle((await story.pay(sn)).sn);
    await becomes(sn, 'WAIT_USE');
    return sn;
  },
  'the provider is down when the attempt is to be closed': async () => {
    const sn = await story.order();
    const payment = await story.pay(sn);
    await sandbox({ down: true });
    await story.cancel(sn);
    await story.settled();
    expect((await story.payment(payment.sn))?.state).toBe('WAIT');
    await sandbox({});
    await story.settled();
    expect((await story.payment(payment.sn))?.state).toBe('CLOSED');
    return sn;
  },
  'the provider is down when money is to go back': async () => {
    const { sn } = await story.booked();
    await sandbox({ down: true });
    await story.refund(sn);
    await eventually(async () => (await story.see(sn))?.refunds[0]?.state === 'APPROVED');
    await sandbox({});
    await eventually(async () => {
      await story.settled();
      return (await story.see(sn))?.state === 'REFUNDED';
    });
    return sn;
  },
  'the provider is slow when money is to go back: it goes back once': async () => {
    const { sn } = await story.booked();
    await sandbox({ answerAfterMs: 2_500, refunds: { times: 0 } });
    await story.refund(sn);
    await eventually(async () => (await booksOf(system, sn)).provider === 0);
    await sandbox({});
    await eventually(async () => {
      await story.settled();
      return (await story.see(sn))?.state === 'REFUNDED';
    });
    return sn;
  },
  'the refund takes its time and its notification settles it': async () => {
    const { sn } = await story.booked();
    await sandbox({ refundsWait: true });
    const refund = await story.refund(sn);
    await eventually(async () => (await story.see(sn))?.refunds[0]?.state === 'SENT');
    expect((await story.see(sn))?.state).toBe('WAIT_USE');
    await system.sandboxTest(`refunds/${refund.sn}/settle`, { times: 2 });
    await becomes(sn, 'REFUNDED');
    return sn;
  },
  'the refund takes its time, its notification is lost, and we ask': async () => {
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
  'the refund fails at the provider: the money and the booking stay': async () => {
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
  'a failed refund is asked for again': async () => {
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
  'refunded twice at once: the money goes back once': async () => {
    const { sn } = await story.booked();
    const [one, two] = await Promise.all([story.refund(sn), story.refund(sn, host)]);
    expect(one.sn).toBe(two.sn);
    await becomes(sn, 'REFUNDED');
    return sn;
  },
  'a refund of more than was paid': async () => {
    const { sn } = await story.booked();
    expect(await story.refund(sn, operator, 10_001)).toMatchObject({ reason: 'AMOUNT_INVALID' });
    expect(await story.refund(sn, operator, 0)).toMatchObject({ reason: 'AMOUNT_INVALID' });
    expect(await story.refund(sn, operator, -5)).toMatchObject({ reason: 'AMOUNT_INVALID' });
    return sn;
  },
  'partial refunds sum to no more than was paid': async () => {
    const { sn } = await story.booked();
    for (const amount of [6_000, 3_000, 1_000]) {
      expect(await story.refund(sn, operator, amount)).toMatchObject({ amount: { amount } });
      await eventually(async () => (await story.see(sn))?.refunds.every(({ state }) => state === 'SUCCESS'));
    }
    expect(await story.refund(sn, operator, 1)).toMatchObject({ reason: 'NOTHING_LEFT' });
    return sn;
  },
  'the guest is checked in while the refund is under way: refused': async () => {
    const { sn } = await story.booked({ inDays: 0 });
    const { ticketCode } = (await story.see(sn)) ?? {};
    await sandbox({ refundsWait: true });
    const refund = await story.refund(sn, host);
    await eventually(async () => (await story.see(sn))?.refunds[0]?.state === 'SENT');
    expect((await story.checkIn(sn, ticketCode as string)).checkInGuest).toEqual({ reason: 'STATE_FORBIDS' });
    await system.sandboxTest(`refunds/${refund.sn}/settle`);
    await becomes(sn, 'REFUNDED');
    return sn;
  },
  'the order service is down when money arrives': async () => {
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
  'we are down when money arrives, and the provider tells us again': async () => {
    const sn = await story.order();
    const payment = await story.pay(sn);
    await system.payment.stop();
    await story.settle(payment.sn);
    const triedInVain = { attempts: { $gte: 1 }, body: { $regex: payment.sn } };
    await eventually(() => system.databases.sandbox.collection('deliveries').findOne(triedInVain));
    await system.payment.start();
    await becomes(sn, 'WAIT_USE');
    return sn;
  },
  'the stored place in the stream of changes is lost': async () => {
    const sn = await story.order();
    const payment = await story.pay(sn);
    await system.payment.stop();
    const place = system.databases.payment.collection<{ _id: string }>('change_feed');
    await place.updateOne({ _id: 'place' }, { $set: { token: { _data: 'nonsense' } } });
    await system.payment.start();
    await story.settle(payment.sn);
    await eventually(async () => {
      await story.settled();
      return (await story.see(sn))?.state === 'WAIT_USE';
    });
    return sn;
  },
  'two payment services work at once': async () => {
    const port = await freePort();
    const second = await parts.payment.start({ ...system.env, PAYMENT_PORT: `${port}` }, quietLog());
    try {
      const bookings = await Promise.all(Array.from({ length: 10 }, () => story.booked()));
      await Promise.all(bookings.map(({ sn }) => story.refund(sn)));
      await Promise.all(bookings.map(({ sn }) => becomes(sn, 'REFUNDED')));
      for (const { sn } of bookings) expect(wrongIn(await booksOf(system, sn))).toEqual([]);
      return bookings[0]?.sn as string;
    } finally {
      await second.stop();
    }
  },
  'a paid order expires when its stay has passed unused': async () => {
    const { sn } = await story.booked();
    const past = { $set: { checkIn: '2026-01-01', checkOut: '2026-01-02' } };
    await system.databases.order.collection<{ _id: string }>('orders').updateOne({ _id: sn }, past);
    await system.job('order', 'expireUnusedOrders');
    await becomes(sn, 'EXPIRED');
    return sn;
  },
};

test.each(Object.entries(cases))('%s', async (_, play) => {
  const sn = await play();
  await eventually(async () => wrongIn(await booksOf(system, sn)).length === 0, 5_000).catch(() => {});
  expect(wrongIn(await booksOf(system, sn))).toEqual([]);
});

test('afterwards money and bookings agree everywhere', async () => {
  expect(await system.job('payment', 'reconcilePayments')).toEqual({ reconcilePayments: 0 });
});
