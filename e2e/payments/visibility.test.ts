import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { request } from 'undici';
import { callerSigner } from '../../runtime/caller.ts';
import { eventually } from '../../testing/eventually.ts';
import { storyOf } from '../../testing/payment/story.ts';
import { startTestSystem, type TestSystem, withoutScheduler } from '../../testing/system.ts';
import { ana, ben, host, operator, type User } from '../../testing/tokens.ts';

let system: TestSystem;
let story: ReturnType<typeof storyOf>;
beforeAll(async () => {
  system = await startTestSystem({ parts: withoutScheduler });
  story = storyOf(system);
});
afterAll(() => system?.stop());

test('an order that is paid at the sandbox becomes WAIT_USE', async () => {
  const sn = await story.order();
  const payment = await story.pay(sn);
  expect(payment).toMatchObject({
    __typename: 'Payment',
    state: 'WAIT',
    amount: { amount: 10_000, currency: 'CNY' },
  });
  await story.settle(payment.sn);
  const order = await eventually(async () => {
    const seen = await story.see(sn);
    return seen?.state === 'WAIT_USE' && seen;
  });
  expect(order.payment).toMatchObject({ sn: payment.sn, state: 'SUCCESS', payUrl: null });
});

test('a person can pay on the page, without a script', async () => {
  const sn = await story.order();
  const { payUrl } = await story.pay(sn);
  const page = await request(payUrl as string);
  expect(await page.body.text()).toContain('CN¥100.00');
  const answer = await request(payUrl as string, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'outcome=pay',
  });
  expect(answer.statusCode).toBe(303);
  await answer.body.dump();
  await eventually(async () => (await story.see(sn))?.state === 'WAIT_USE');
});

test('asking to pay many times at once gives one payment', async () => {
  const sn = await story.order();
  const payments = await Promise.all(Array.from({ length: 20 }, () => story.pay(sn)));
  expect(new Set(payments.map((payment) => payment.sn)).size).toBe(1);
});

test('only its traveller can pay an order; its payment is there for them and the host alone', async () => {
  const sn = await story.order(ana);
  for (const user of [ben, host, operator])
    expect(await story.pay(sn, user)).toMatchObject({ reason: 'ORDER_UNKNOWN' });
  expect(await story.pay('HSO2026112100000000000000')).toMatchObject({ reason: 'ORDER_UNKNOWN' });
  const payment = await story.pay(sn, ana);
  expect(await story.payment(payment.sn, ben)).toBeNull();
  for (const user of [ana, host])
    expect((await story.payment(payment.sn, user))?.sn).toBe(payment.sn);
});

test('knowing the number of an order, a payment or a refund does not show a stranger’s', async () => {
  const { sn, paymentSn } = await story.booked();
  const refund = await story.leave(sn);
  const sign = callerSigner(system.env.SERVICE_SECRET as string);
  const representations = [
    { __typename: 'HomestayOrder', sn },
    { __typename: 'Payment', sn: paymentSn },
    { __typename: 'Refund', sn: refund.sn },
  ];
  const seenBy = async (userId?: string) => {
    const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
      ... on HomestayOrder { payment { sn } refunds { sn } } ... on Payment { sn } ... on Refund { sn }
    } }`;
    const caller = { service: 'gateway' as const, roles: [], ...(userId ? { userId } : {}) };
    const { body } = await request(`${system.env.PAYMENT_URL}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: await sign(caller) },
      body: JSON.stringify({ query, variables: { representations } }),
    });
    return ((await body.json()) as { data: { _entities: unknown[] } }).data._entities;
  };
  const all = [
    { payment: { sn: paymentSn }, refunds: [{ sn: refund.sn }] },
    { sn: paymentSn },
    { sn: refund.sn },
  ];
  for (const user of [ana, host]) expect(await seenBy(user.id)).toEqual(all);
  for (const stranger of [ben.id, undefined]) {
    expect(await seenBy(stranger)).toEqual([{ payment: null, refunds: [] }, null, null]);
  }
});

test('a paid order says what goes back now, and an operator reads orders and payments', async () => {
  const { sn, paymentSn } = await story.booked();
  const query = `query ($sn: ID!) { homestayOrder(sn: $sn) {
    refundable { percent amount { amount currency } until } } }`;
  type Data = { homestayOrder: { refundable: object | null } | null };
  const refundableFor = async (user: User) =>
    (await system.ask<Data>(user, query, { sn })).homestayOrder?.refundable;
  const whole = { percent: 100, amount: { amount: 10_000, currency: 'CNY' } };
  for (const user of [ana, host, operator]) expect(await refundableFor(user)).toMatchObject(whole);
  expect(await refundableFor(ben)).toBeUndefined();
  const unpaid = await story.order();
  expect((await system.ask<Data>(ana, query, { sn: unpaid })).homestayOrder?.refundable).toBeNull();

  const search = `query ($filter: PaymentsFilter) { searchPayments(filter: $filter) { nodes { sn } } }`;
  type Found = { searchPayments: { nodes: { sn: string }[] } };
  const found = async (filter: object) =>
    (await system.ask<Found>(operator, search, { filter })).searchPayments.nodes;
  expect(await found({ orderSn: sn })).toEqual([{ sn: paymentSn }]);
  expect(await found({ sn: paymentSn, states: ['SUCCESS'] })).toEqual([{ sn: paymentSn }]);
  expect(await found({ sn: paymentSn, travellerId: ben.id })).toEqual([]);
  expect(await found({ sn: paymentSn, to: '2020-01-01T00:00:00Z' })).toEqual([]);
  await expect(system.ask(host, search, {})).rejects.toThrow('UNAUTHORIZED_FIELD_OR_TYPE');
});

test('money that arrives for a cancelled order goes back by itself', async () => {
  const sn = await story.order();
  const payment = await story.pay(sn);
  await story.settle(payment.sn, { times: 0 });
  await story.cancel(sn);
  await story.notifyAgain(payment.sn);
  await eventually(async () => (await story.payment(payment.sn))?.state === 'REFUNDED');
  expect((await story.see(sn))?.state).toBe('CANCELLED');
});

/** How often the payment service has read a collection. */
async function readsOf(collection: string): Promise<number> {
  const { body } = await request(`${system.env.PAYMENT_URL}/metrics`);
  const line = new RegExp(
    `^mongodb_commands_total{command="find",collection="${collection}"} (\\d+)$`,
    'm',
  );
  return Number(line.exec(await body.text())?.[1] ?? 0);
}

test('a page of orders with payments and refunds costs one read of each collection', async () => {
  const sns: string[] = [];
  for (let count = 0; count < 5; count += 1) sns.push(await story.order(ben));
  for (const sn of sns) await story.pay(sn, ben);
  const reads = async () => [await readsOf('payments'), await readsOf('refunds')];
  const query = '{ myHomestayOrders { nodes { payment { sn order { sn } } refunds { sn } } } }';
  // The service reads by itself too while it follows changes: asked again until it is quiet.
  await eventually(async () => {
    const before = await reads();
    const { myHomestayOrders } = await system.ask<{
      myHomestayOrders: { nodes: { payment: { order: { sn: string } } }[] };
    }>(ben, query);
    expect(myHomestayOrders.nodes.map(({ payment }) => payment.order.sn).sort()).toEqual(
      sns.sort(),
    );
    const after = await reads();
    return after.every((count, index) => count === (before[index] as number) + 1);
  });
});

test('a notification that is larger than any provider sends is refused without being read', async () => {
  const { statusCode, body } = await request(`${system.env.PAYMENT_URL}/notifications/sandbox`, {
    method: 'POST',
    body: 'x'.repeat(100_001),
  });
  await body.dump();
  expect(statusCode).toBe(413);
});

test('so is what is too large for the sandbox', async () => {
  const { statusCode, body } = await request(`${system.urls.sandbox}/v1/payments`, {
    method: 'POST',
    body: 'x'.repeat(200_001),
  });
  await body.dump();
  expect(statusCode).toBe(413);
});
