import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../../testing/eventually.ts';
import { storyOf } from '../../testing/payment/story.ts';
import { dateIn } from '../../testing/story.ts';
import { startTestSystem, type TestSystem, withoutScheduler } from '../../testing/system.ts';
import { ana, ben, host, operator } from '../../testing/tokens.ts';

let system: TestSystem;
let story: ReturnType<typeof storyOf>;
beforeAll(async () => {
  system = await startTestSystem({ parts: withoutScheduler });
  story = storyOf(system);
});
afterAll(() => system?.stop());

const refunded = (sn: string) =>
  eventually(async () => (await story.see(sn))?.state === 'REFUNDED');

test('a traveller who leaves early enough gets everything back, and the nights are free again', async () => {
  const { sn, paymentSn } = await story.booked({ inDays: 30 });
  expect(await story.freeNights('home-0', dateIn(30), dateIn(31))).toEqual([]);
  expect(await story.refund(sn)).toMatchObject({ cause: 'TRAVELLER', amount: { amount: 10_000 } });
  await refunded(sn);
  expect(await story.freeNights('home-0', dateIn(30), dateIn(31))).toEqual([dateIn(30)]);
  expect((await story.payment(paymentSn))?.state).toBe('REFUNDED');
  expect((await story.see(sn))?.refunds).toMatchObject([
    { state: 'SUCCESS', amount: { amount: 10_000 } },
  ]);
});

test('a traveller who leaves late gets a share, and the host may give back the rest', async () => {
  const { sn, paymentSn } = await story.booked({ inDays: 3 });
  expect(await story.refund(sn)).toMatchObject({ amount: { amount: 5_000 } });
  await refunded(sn);
  expect(await story.refund(sn)).toMatchObject({ reason: 'STATE_FORBIDS' });
  expect(await story.refund(sn, host, 5_001)).toMatchObject({ reason: 'AMOUNT_INVALID' });
  expect(await story.refund(sn, host, 2_000)).toMatchObject({
    cause: 'HOST',
    amount: { amount: 2_000 },
  });
  await eventually(async () =>
    (await story.see(sn))?.refunds.every(({ state }) => state === 'SUCCESS'),
  );
  expect(await story.refund(sn, operator)).toMatchObject({
    cause: 'OPERATOR',
    amount: { amount: 3_000 },
  });
  await eventually(async () =>
    (await story.see(sn))?.refunds.every(({ state }) => state === 'SUCCESS'),
  );
  expect(await story.refund(sn, operator)).toMatchObject({ reason: 'NOTHING_LEFT' });
  expect((await story.payment(paymentSn))?.state).toBe('REFUNDED');
});

test('on the day of arrival the policy gives a traveller nothing, the host may', async () => {
  const { sn } = await story.booked({ inDays: 0 });
  expect(await story.refund(sn)).toMatchObject({ reason: 'POLICY_FORBIDS' });
  expect(await story.refund(sn, host)).toMatchObject({ amount: { amount: 10_000 } });
  await refunded(sn);
});

test('nobody else, no order that is not paid, no empty reason', async () => {
  const { sn } = await story.booked();
  expect(await story.refund(sn, ben)).toMatchObject({ reason: 'ORDER_UNKNOWN' });
  expect(await story.refund(sn, ana, undefined, ' ')).toMatchObject({ reason: 'REASON_INVALID' });
  expect(await story.refund(await story.order())).toMatchObject({ reason: 'ORDER_NOT_PAID' });
});

test('a guest who is in has no refund, and a guest whose refund is under way does not get in', async () => {
  const used = await story.booked({ inDays: 0, nights: 2 });
  const { ticketCode } = (await story.see(used.sn)) ?? {};
  expect(await story.checkIn(used.sn, ticketCode as string)).toMatchObject({
    state: 'USED',
  });
  expect(await story.refund(used.sn)).toMatchObject({ reason: 'STATE_FORBIDS' });
  expect(await story.refund(used.sn, host)).toMatchObject({ cause: 'HOST' });
  await eventually(async () => (await story.see(used.sn))?.refunds[0]?.state === 'SUCCESS');
  expect((await story.see(used.sn))?.state).toBe('USED');
});

test('asking many times at once gives one refund', async () => {
  const { sn } = await story.booked();
  const refunds = await Promise.all(Array.from({ length: 10 }, () => story.refund(sn)));
  expect(new Set(refunds.map((refund) => refund.sn)).size).toBe(1);
  await refunded(sn);
});
