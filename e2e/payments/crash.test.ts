import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { compiled } from '../../testing/compiled.ts';
import { eventually } from '../../testing/eventually.ts';
import { ledgerOf, wrongIn } from '../../testing/payment/ledger.ts';
import { storyOf } from '../../testing/payment/story.ts';
import { startTestSystem, type TestSystem, withoutScheduler } from '../../testing/system.ts';
import { untilAnswered } from '../../testing/until-answered.ts';
import { updateEach } from '../../testing/update-each.ts';

let system: TestSystem;
let story: ReturnType<typeof storyOf>;
let next: Process;
beforeAll(async () => {
  system = await startTestSystem({
    parts: withoutScheduler,
    env: { QUERY_WAITING_AFTER: '1ms', PROVIDER_TIMEOUT: '500ms' },
  });
  story = storyOf(system);
  next = loadProcess();
});
afterAll(async () => {
  next?.child.kill('SIGKILL');
  await system?.stop();
});

/** How long the kill is waited for before the scheduler's jobs run. */
const jobsAfterMs = 2_000;

type Process = { child: ChildProcess; loaded: Promise<unknown> };

/** The payment service as a process that has its code and waits for the failpoint to be killed at. */
function loadProcess(): Process {
  const child = fork(compiled('testing/payment/killed-process.ts'), {
    env: { PATH: process.env.PATH, ...system.env } as NodeJS.ProcessEnv,
    execArgv: [],
  });
  return { child, loaded: once(child, 'message') };
}

/**
 * Runs the payment service as a process that is killed at a place, does what leads there, and
 * begins the service again.
 */
async function killedAt(where: string, act: () => Promise<unknown>): Promise<void> {
  await system.payment.stop();
  const { child, loaded } = next;
  await loaded;
  const ready = once(child, 'message');
  child.send(where);
  await ready;
  let signal: NodeJS.Signals | null | undefined;
  child.once('exit', (_, by) => {
    signal = by;
  });
  try {
    await act().catch(() => {});
    await untilKilled(() => signal !== undefined);
  } finally {
    child.kill('SIGKILL');
    // It loads its code while this test waits for what comes of the kill.
    next = loadProcess();
    await endLeases();
    await system.payment.start();
  }
  expect(signal).toBe('SIGKILL');
}

/**
 * Nearly always it is killed by what the test does. But on a busy machine a provider may not have
 * answered in time, and then it takes a job to come there.
 */
const untilKilled = (isKilled: () => boolean): Promise<boolean> =>
  eventually(isKilled, jobsAfterMs).catch(() =>
    eventually(() => isKilled() || story.settled().then(isKilled, isKilled), 40_000),
  );

/**
 * What the killed process held runs out, which takes seconds: nothing to be waited for two dozen
 * times.
 */
async function endLeases(): Promise<void> {
  const { payment } = system.databases;
  const past = new Date(0);
  await updateEach(payment.collection('change_feed'), {}, { $set: { leaseUntil: past } });
  await updateEach(payment.collection('leases'), {}, { $set: { until: past } });
  await updateEach(payment.collection('refunds'), { open: true }, { $set: { nextTryAt: past } });
}

/** The order comes to this state, with the scheduler's jobs running, and the ledgers are right. */
async function endsAs(sn: string, state: string): Promise<void> {
  const ledger = await eventually(async () => {
    // A job that had no answer in time is done with the next, as in the product.
    await story.settled().catch(() => {});
    const found = await ledgerOf(system, sn);
    return found.order.state === state && wrongIn(found).length === 0 && found;
  }, 60_000);
  expect(wrongIn(ledger)).toEqual([]);
}

/** How long a test may take: on a busy machine each step takes seconds. */
const limitMs = 180_000;

const attemptsOf = (orderSn: string) =>
  system.databases.payment.collection('payments').countDocuments({ orderSn });

test.each(['payment stored', 'payment begun at the provider'])(
  'killed while beginning a payment: %s',
  async (place) => {
    const sn = await story.order();
    await killedAt(place, () => story.pay(sn));
    const payment = await story.payOnce(sn);
    expect(await attemptsOf(sn)).toBe(1);
    await story.settle(payment.sn);
    await endsAs(sn, 'WAIT_USE');
  },
  limitMs,
);

test.each([
  'before the money is recorded',
  'money recorded',
  'before the order is told',
  'order told',
  "order's answer stored",
])(
  'killed while money arrives: %s',
  async (place) => {
    const sn = await story.order();
    const payment = await story.payOnce(sn);
    await killedAt(place, () => story.settle(payment.sn));
    await endsAs(sn, 'WAIT_USE');
  },
  limitMs,
);

test.each([
  'order told',
  "order's answer stored",
  'before the refund is sent',
  'refund sent',
  'before the refund is settled',
  'refund settled',
])(
  'killed while money that the order refuses goes back: %s',
  async (place) => {
    const sn = await story.order();
    const payment = await story.payOnce(sn);
    await untilAnswered(() => story.cancel(sn));
    await killedAt(place, () => story.settle(payment.sn));
    await endsAs(sn, 'CANCELLED');
    expect((await story.payment(payment.sn))?.state).toBe('REFUNDED');
  },
  limitMs,
);

test(
  'killed while closing an attempt: payment closed at the provider',
  async () => {
    const sn = await story.order();
    const payment = await story.payOnce(sn);
    await untilAnswered(() => story.cancel(sn));
    await killedAt('payment closed at the provider', () =>
      system.job('payment', 'settleWaitingPayments'),
    );
    await endsAs(sn, 'CANCELLED');
    expect((await story.payment(payment.sn))?.state).toBe('CLOSED');
  },
  limitMs,
);

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
])(
  'killed while a refund is made: %s',
  async (place) => {
    const { sn } = await story.booked();
    await killedAt(place, () => story.leave(sn));
    await endsAs(sn, 'REFUNDED');
    expect((await story.see(sn))?.refunds).toHaveLength(1);
  },
  limitMs,
);
