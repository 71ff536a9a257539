import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../../testing/eventually.ts';
import { ledgerOf, wrongIn } from '../../testing/payment/ledger.ts';
import { storyOf } from '../../testing/payment/story.ts';
import { startTestSystem, type TestSystem, withoutScheduler } from '../../testing/system.ts';

let system: TestSystem;
let story: ReturnType<typeof storyOf>;
beforeAll(async () => {
  system = await startTestSystem({
    parts: withoutScheduler,
    env: { QUERY_WAITING_AFTER: '1ms', PROVIDER_TIMEOUT: '500ms' },
  });
  story = storyOf(system);
});
afterAll(() => system?.stop());

const processFile = fileURLToPath(
  new URL('../../testing/payment/killed-process.ts', import.meta.url),
);

/**
 * Runs the payment service as a process that is killed at a place, does what leads there, and
 * begins the service again.
 */
async function killedAt(where: string, act: () => Promise<unknown>): Promise<void> {
  await system.payment.stop();
  const child = fork(processFile, [where], {
    env: { PATH: process.env.PATH, ...system.env } as NodeJS.ProcessEnv,
    execArgv: ['--import', 'tsx'],
  });
  const ended = once(child, 'exit');
  await once(child, 'message');
  await act().catch(() => {});
  const limit = setTimeout(() => child.kill('SIGTERM'), 20_000);
  const [, signal] = await ended;
  clearTimeout(limit);
  // The killed process held the stream's lease for some seconds more: nothing to be waited for two
  // dozen times.
  const place = system.databases.payment.collection<{ _id: string }>('change_feed');
  await place.updateOne({ _id: 'position' }, { $set: { leaseUntil: new Date(0) } });
  await system.payment.start();
  expect(signal).toBe('SIGKILL');
}

/** The order comes to this state, with the scheduler's jobs running, and the ledgers are right. */
async function endsAs(sn: string, state: string): Promise<void> {
  const ledger = await eventually(async () => {
    await story.settled();
    const found = await ledgerOf(system, sn);
    return found.order.state === state && wrongIn(found).length === 0 && found;
  });
  expect(wrongIn(ledger)).toEqual([]);
}

const attemptsOf = (orderSn: string) =>
  system.databases.payment.collection('payments').countDocuments({ orderSn });

test.each([
  'payment stored',
  'payment begun at the provider',
])('killed while beginning a payment: %s', async (place) => {
  const sn = await story.order();
  await killedAt(place, () => story.pay(sn));
  const payment = await story.pay(sn);
  expect(await attemptsOf(sn)).toBe(1);
  await story.settle(payment.sn);
  await endsAs(sn, 'WAIT_USE');
});

test.each([
  'before the money is recorded',
  'money recorded',
  'before the order is told',
  'order told',
  "order's answer stored",
])('killed while money arrives: %s', async (place) => {
  const sn = await story.order();
  const payment = await story.pay(sn);
  await killedAt(place, () => story.settle(payment.sn));
  await endsAs(sn, 'WAIT_USE');
});

test.each([
  'order told',
  "order's answer stored",
  'before the refund is sent',
  'refund sent',
  'before the refund is settled',
  'refund settled',
])('killed while money that the order refuses goes back: %s', async (place) => {
  const sn = await story.order();
  const payment = await story.pay(sn);
  await story.cancel(sn);
  await killedAt(place, () => story.settle(payment.sn));
  await endsAs(sn, 'CANCELLED');
  expect((await story.payment(payment.sn))?.state).toBe('REFUNDED');
});

test('killed while closing an attempt: payment closed at the provider', async () => {
  const sn = await story.order();
  const payment = await story.pay(sn);
  await story.cancel(sn);
  await killedAt('payment closed at the provider', () =>
    system.job('payment', 'settleWaitingPayments'),
  );
  await endsAs(sn, 'CANCELLED');
  expect((await story.payment(payment.sn))?.state).toBe('CLOSED');
});

test.each([
  'refund stored',
  'before the order is held',
  'order held',
  'refund approved',
  'before the refund is sent',
  'refund sent',
  'before the refund is settled',
  'refund settled',
  'before the order is told of the refund',
  'order told of the refund',
])('killed while a refund is made: %s', async (place) => {
  const { sn } = await story.booked();
  await killedAt(place, () => story.leave(sn));
  await endsAs(sn, 'REFUNDED');
  expect((await story.see(sn))?.refunds).toHaveLength(1);
});
