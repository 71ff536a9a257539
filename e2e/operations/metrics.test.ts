import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLog } from '../../runtime/log.ts';
import { eventually } from '../../testing/eventually.ts';
import { dateIn, payOnPage, storyOf } from '../../testing/story.ts';
import { startTestSystem, type TestSystem, withoutScheduler } from '../../testing/system.ts';

type Line = {
  level: number;
  msg: string;
  sn?: string;
  requestId?: string;
  [field: string]: unknown;
};

const lines: Line[] = [];
const log = createLog('test', 'info', { write: (line) => void lines.push(JSON.parse(line)) });
const said = (msg: string, sn?: string) =>
  lines.find((line) => line.msg === msg && (sn === undefined || line.sn === sn));

/** The line of a change, by its cause. */
const change = (cause: string, sn: string) =>
  lines.find((line) => line.cause === cause && line.sn === sn);
const placing = (sn: string) => change('PLACED', sn);

let system: TestSystem;
beforeAll(async () => {
  const env = { CLOSE_ORDER_AFTER: '2s', SWEEP_EVERY: '1s' };
  system = await startTestSystem({ parts: withoutScheduler, env, log });
});
afterAll(() => system.stop());

const closed = () => system.metric('order', 'order_close_lateness_seconds_count');
const toClose = { kind: 'order to close' };

test('an order that nobody closes is overdue, and its close counts by how late it is', async () => {
  const { sn } = await storyOf(system).place();
  const open = () => system.metric('order', 'open_work', toClose);
  await eventually(async () => (await open()) === 1);
  const oldest = () => system.metric('order', 'open_work_oldest_seconds', toClose);
  await eventually(async () => (await oldest()) > 1);
  await system.scheduler.start();
  await eventually(async () => (await open()) === 0);
  expect(await closed()).toBe(1);
  // Closed by whichever came first, alarm or sweep: more than a second late all the same.
  expect(await system.metric('order', 'order_close_lateness_seconds_bucket', { le: '1' })).toBe(0);
  expect(await oldest()).toBe(0);
  expect(change('DEADLINE_PASSED', sn)).toMatchObject({
    msg: 'order changed',
    level: 30,
    requestId: expect.stringMatching(/^job-/),
    // The request that placed it can be told too.
    placedBy: placing(sn)?.requestId,
  });
  expect(placing(sn)?.requestId).toBeDefined();
}, 60_000);

test('a payment can be followed by its numbers and one id through the services', async () => {
  // Nobody is to be too late to pay.
  await system.order.stop();
  await system.order.start({ CLOSE_ORDER_AFTER: '20m' });
  const story = storyOf(system);
  const { sn } = await story.place();
  const payment = await story.pay(sn);
  await payOnPage(payment.payUrl as string);
  await eventually(() => change('PAID', sn));
  expect(change('BEGUN', payment.sn)?.requestId).toBeDefined();
  const paid = change('PAID', sn);
  const told = await eventually(() => said('the order has answered to its money', payment.sn));
  // What follows from the webhook, by way of the change feed, carries its id.
  const webhook = change('MONEY_ARRIVED', payment.sn)?.requestId;
  expect(webhook).toBeDefined();
  expect([paid?.requestId, told.requestId]).toEqual([webhook, webhook]);
  expect(paid?.placedBy).toBe(placing(sn)?.requestId);
  // Emails are sent by a job, whenever that is.
  const email = await eventually(() =>
    lines.find((line) => line.msg === 'an email' && line.email === `paid:${payment.sn}`),
  );
  expect(email).toMatchObject({ requestId: webhook, doneBy: expect.stringMatching(/^job-/) });
});

test('each change of an order, its payment and its refund is one line, with the id of its request', async () => {
  const story = storyOf(system);
  const { sn } = await story.place({ checkIn: dateIn(20), checkOut: dateIn(21) });
  const payment = await story.pay(sn);
  await payOnPage(payment.payUrl as string);
  await eventually(async () => (await story.see(sn))?.state === 'WAIT_USE');
  const refund = await story.leave(sn);
  await eventually(async () => (await story.see(sn))?.state === 'REFUNDED');
  const of = [sn, payment.sn, refund?.sn];
  const changes = lines.filter((line) => line.cause && of.includes(String(line.sn)));
  const shown = ({ msg, level, state, cause }: Line) => `${level} ${msg}: ${state} ${cause}`;
  expect(changes.map(shown).sort()).toEqual([
    '30 order changed: REFUNDED REFUNDED',
    '30 order changed: WAIT_PAY PLACED',
    '30 order changed: WAIT_USE PAID',
    '30 payment changed: REFUNDED REFUND_ENDED',
    '30 payment changed: REFUNDING REFUND_BEGUN',
    '30 payment changed: SUCCESS MONEY_ARRIVED',
    '30 payment changed: WAIT BEGUN',
    '30 refund changed: APPROVED TRAVELLER',
    '30 refund changed: REQUESTED TRAVELLER',
    '30 refund changed: SUCCESS TRAVELLER',
  ]);
  const requestsOf = (...states: string[]) => [
    ...new Set(
      changes
        .filter(({ msg, state }) => states.includes(`${msg.split(' ')[0]} ${state}`))
        .map(({ requestId }) => requestId),
    ),
  ];
  const requests = [
    ...[requestsOf('order WAIT_PAY'), requestsOf('payment WAIT')],
    requestsOf('payment SUCCESS', 'order WAIT_USE'),
    requestsOf('payment REFUNDING', 'refund REQUESTED', 'refund APPROVED'),
  ];
  expect(requests).toEqual(Array(4).fill([expect.any(String)]));
  expect(new Set(requests.flat()).size).toBe(4);
  // The request to leave or, where the provider's webhook comes first, that.
  const settled = requestsOf('refund SUCCESS', 'payment REFUNDED');
  expect(settled).toEqual([expect.any(String)]);
  expect(requestsOf('order REFUNDED')).toEqual([expect.any(String)]);
});

test('a refusal is counted by its reason and is a line', async () => {
  const refused = await storyOf(system).place({ guests: 99 });
  const labels = { action: 'createHomestayOrder', reason: refused.reason as string };
  expect(await system.metric('order', 'refusals_total', labels)).toBe(1);
  const refusals = lines.filter(({ msg }) => msg === 'refused');
  expect(refusals).toContainEqual(expect.objectContaining(labels));
});

test('the job queue, the leases and the streams are shown', async () => {
  const succeeded = { job_name: 'sweep-orders' };
  const when = () => system.metric('scheduler', 'job_last_success_timestamp_seconds', succeeded);
  await eventually(async () => (await when()) > 0);
  expect(await system.metric('scheduler', 'jobs_set', succeeded)).toBe(1);
  expect(await system.metric('payment', 'lease_held', { lease: 'change-feed' })).toBe(1);
  const silent = (stream: string) =>
    system.metric('payment', 'change_stream_silent_seconds', { stream });
  expect(await silent('change-feed')).toBeGreaterThan(0);
});
