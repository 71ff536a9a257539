import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { freePort } from '../../embedded/free-port.ts';
import { homestayIds } from '../../testing/catalogue.ts';
import { eventually } from '../../testing/eventually.ts';
import { ledgerOf, wrongIn } from '../../testing/payment/ledger.ts';
import { storyOf } from '../../testing/payment/story.ts';
import { stripeCustomer } from '../../testing/providers/customers.ts';
import type { Simulator } from '../../testing/providers/simulator.ts';
import { startTestSystem, type TestSystem, withoutScheduler } from '../../testing/system.ts';
import { ana, host, operator } from '../../testing/tokens.ts';

const runs = Number(process.env.RANDOM_RUNS ?? 100);
const seed = Number(process.env.RANDOM_SEED ?? 20_261_121);
const atOnce = 20;
const homestays = homestayIds(atOnce);

let system: TestSystem;
let story: ReturnType<typeof storyOf>;
let stripe: Simulator;
/** After how many more failpoints a task ends, whichever task comes to that one. */
const kills: number[] = [];
/** After how many more failpoints a task pauses, and for how long: as a process that is stopped. */
const pauses: { left: number; ms: number }[] = [];
let killed = 0;
let paused = 0;
let steps = 0;
/** How many orders ended in each state: a test in which nothing happens would pass too. */
const endedAs: Record<string, number> = {};

beforeAll(async () => {
  const port = await freePort();
  const customer = await stripeCustomer(`http://127.0.0.1:${port}`);
  stripe = customer.simulator;
  system = await startTestSystem({
    parts: withoutScheduler,
    env: {
      ...customer.env,
      PAYMENT_PROVIDERS: 'sandbox,stripe',
      PAYMENT_PORT: `${port}`,
      QUERY_WAITING_AFTER: '1ms',
      QUERY_ENDED_AFTER: '1ms',
      PROVIDER_TIMEOUT: '500ms',
    },
  });
  await startPayment();
  story = storyOf(system);
});
afterAll(async () => {
  await system?.stop();
  await stripe?.stop();
});

/**
 * The payment service, in which tasks end at random failpoints, as in a process that is killed
 * there.
 */
async function startPayment(): Promise<void> {
  await system.payment.stop();
  await system.payment.start(async (name) => {
    for (const pause of pauses) pause.left -= 1;
    const wait = pauses.find(({ left }) => left <= 0);
    if (wait) {
      pauses.splice(pauses.indexOf(wait), 1);
      paused += 1;
      await new Promise((resolve) => setTimeout(resolve, wait.ms));
    }
    for (let index = 0; index < kills.length; index += 1)
      kills[index] = (kills[index] as number) - 1;
    const due = kills.findIndex((left) => left <= 0);
    if (due < 0) return;
    kills.splice(due, 1);
    killed += 1;
    throw new Error(`killed: ${name}`);
  });
}

const key = fc.constantFrom('one', 'two', 'three');
const amount = fc.integer({ min: 1, max: 12_000 });
const happenings = {
  pay: fc.record({ do: fc.constant('pay' as const), method: fc.constantFrom('SANDBOX', 'STRIPE') }),
  settle: fc.record({
    do: fc.constant('settle' as const),
    outcome: fc.constantFrom('pay' as const, 'pay' as const, 'pay' as const, 'fail' as const),
    times: fc.integer({ min: 0, max: 3 }),
    delayMs: fc.integer({ min: 0, max: 60 }),
    amount: fc.option(fc.constantFrom(9_999, 10_001), { nil: undefined, freq: 6 }),
  }),
  giveBack: fc.record({ do: fc.constant('giveBack' as const), amount, key }),
  leave: fc.record({ do: fc.constant('leave' as const), key }),
  end: fc.record({ do: fc.constant('end' as const), by: fc.constantFrom(host, operator), key }),
  contradict: fc.record({
    do: fc.constant('contradict' as const),
    outcome: fc.constantFrom('pay' as const, 'fail' as const),
    times: fc.integer({ min: 0, max: 2 }),
  }),
  byProvider: fc.record({
    do: fc.constant('byProvider' as const),
    amount,
    disputed: fc.boolean(),
  }),
  trouble: fc.record({
    do: fc.constant('trouble' as const),
    failNext: fc.array(fc.constantFrom(400, 401, 403, 408, 409, 422, 425, 429, 500, 503), {
      maxLength: 3,
    }),
    refundsWait: fc.boolean(),
  }),
  crash: fc.record({
    do: fc.constant('crash' as const),
    failpoints: fc.integer({ min: 1, max: 12 }),
  }),
  pause: fc.record({
    do: fc.constant('pause' as const),
    left: fc.integer({ min: 1, max: 12 }),
    ms: fc.constantFrom(20, 200, 1_500),
  }),
  other: fc.record({
    do: fc.constantFrom('close' as const, 'cancel' as const, 'checkIn' as const, 'expire' as const),
  }),
  jobs: fc.constant({ do: 'jobs' as const }),
};
/** What can happen to an order, in any order. */
const happening = fc.oneof(
  { weight: 3, arbitrary: happenings.pay },
  { weight: 4, arbitrary: happenings.settle },
  { weight: 2, arbitrary: happenings.giveBack },
  { weight: 2, arbitrary: happenings.leave },
  { weight: 1, arbitrary: happenings.end },
  { weight: 1, arbitrary: happenings.contradict },
  { weight: 1, arbitrary: happenings.byProvider },
  { weight: 1, arbitrary: happenings.trouble },
  { weight: 2, arbitrary: happenings.crash },
  { weight: 1, arbitrary: happenings.pause },
  { weight: 2, arbitrary: happenings.other },
  { weight: 1, arbitrary: happenings.jobs },
);
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

/** Two of three stories begin with money, so that enough orders are paid. */
const storyLine = fc
  .tuple(fc.integer({ min: 0, max: 2 }), fc.array(happening, { minLength: 3, maxLength: 14 }))
  .map(([paid, rest]): Happening[] => [
    ...(paid > 0
      ? [
          { do: 'pay' as const, method: 'SANDBOX' as const },
          {
            do: 'settle' as const,
            outcome: 'pay' as const,
            times: 1,
            delayMs: 0,
            amount: undefined,
          },
        ]
      : []),
    ...rest,
  ]);

const why = (idempotencyKey: string) => ({ idempotencyKey, reason: 'At random.' });

async function happen(sn: string, what: Happening): Promise<unknown> {
  switch (what.do) {
    case 'pay':
      return story.pay(sn, ana, what.method);
    case 'settle':
      return settle(sn, what);
    case 'giveBack':
      return story.giveBack(sn, what.amount, host, why(what.key));
    case 'leave':
      return story.leave(sn, ana, why(what.key));
    case 'end':
      return story.end(sn, what.by, why(what.key));
    case 'contradict': {
      const refund = (await story.see(sn))?.refunds.at(-1);
      return refund && system.sandboxTest(`refunds/${refund.sn}/settle`, what);
    }
    case 'byProvider': {
      const payment = (await story.see(sn))?.payment;
      if (payment?.method === 'STRIPE') return byStripe(payment.sn, what);
      return (
        payment && system.sandboxTest(`payments/${payment.sn}/refund`, { amount: what.amount })
      );
    }
    case 'trouble':
      return system.sandboxTest('behaviour', what);
    case 'crash':
      return kills.push(what.failpoints);
    case 'pause':
      return pauses.push({ left: what.left, ms: what.ms });
    case 'jobs':
      return story.settled();
    default:
      return happenToStay(sn, what.do);
  }
}

/** Money goes back on Stripe's page, or the payer's bank takes it back: not more than is there. */
async function byStripe(sn: string, { amount, disputed }: { amount: number; disputed: boolean }) {
  if (amount > stripe.held(sn)) return null;
  return disputed ? stripe.dispute?.(sn, amount) : stripe.refundByHand?.(sn, amount);
}

/** The traveller pays, or fails to, wherever the payment is. */
async function settle(sn: string, how: Extract<Happening, { do: 'settle' }>): Promise<unknown> {
  const payment = (await story.see(sn))?.payment;
  if (!payment) return null;
  if (payment.method === 'STRIPE') return stripe.pay(payment.sn, { times: how.times });
  return story.settle(payment.sn, how);
}

async function happenToStay(
  sn: string,
  what: 'close' | 'cancel' | 'checkIn' | 'expire',
): Promise<unknown> {
  const orders = system.databases.order.collection<{ _id: string }>('orders');
  const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
  switch (what) {
    case 'close':
      return story.deadlinePasses(sn);
    case 'cancel':
      return story.cancel(sn);
    case 'checkIn': {
      await orders.updateOne({ _id: sn }, { $set: { checkIn: today, checkOut: '2099-01-01' } });
      return story.checkIn(sn, (await story.see(sn))?.ticketCode ?? '');
    }
    case 'expire': {
      await orders.updateOne(
        { _id: sn },
        { $set: { checkIn: '2026-01-01', checkOut: '2026-01-02' } },
      );
      return system.job('order', 'expireUnusedOrders');
    }
  }
}

test(`${runs} random stories: money held is bookings held, here and at the providers`, async () => {
  const stories = fc.sample(storyLine, { numRuns: runs, seed });
  for (let first = 0; first < stories.length; first += atOnce) {
    const batch = stories.slice(first, first + atOnce);
    const inDays = 8 + ((first / atOnce) % 350);
    const orders = batch.map((_, index) =>
      story.order(ana, { inDays, homestayId: homestays[index] }),
    );
    const sns = await Promise.all(orders);
    await Promise.all(
      batch.map(async (line, index) => {
        for (const what of line) {
          steps += 1;
          // A killed task answers nothing. What it was asked may or may not have been done.
          await happen(sns[index] as string, what).catch(() => {});
        }
      }),
    );
    kills.length = 0;
    pauses.length = 0;
    await system.sandboxTest('behaviour', {});
    if ((first / atOnce) % 10 === 9) await startPayment();
    await ledgersAreRight(sns, batch);
  }
  const paid = (endedAs.WAIT_USE ?? 0) + (endedAs.USED ?? 0) + (endedAs.EXPIRED ?? 0);
  const refunded = endedAs.REFUNDED ?? 0;
  console.info(
    `seed ${seed}: ${steps} steps, ${killed} killed, ${paused} paused, ${JSON.stringify(endedAs)}`,
  );
  // Few stories need not have every end.
  if (runs < 100) return;
  expect(Object.keys(endedAs)).toEqual(
    expect.arrayContaining(['WAIT_USE', 'USED', 'CANCELLED', 'REFUNDED', 'EXPIRED']),
  );
  expect(paid + refunded).toBeGreaterThan(runs / 3);
  expect(killed).toBeGreaterThan(runs / 10);
}, 3_600_000);

/**
 * In the end, when jobs have run, nothing is under way, and an operator has mended what
 * reconciliation found.
 */
async function ledgersAreRight(sns: string[], batch: Happening[][]): Promise<void> {
  const wrong = async () => {
    await endRefunds();
    await story.settled();
    await story.reconciled();
    await Promise.all((await story.differences()).map(mend));
    const ledgers = await Promise.all(sns.map((sn) => ledgerOf(system, sn, stripe.held)));
    return ledgers.flatMap((ledger, index) => {
      const lines = wrongIn(ledger);
      return lines.length > 0 ? [{ lines, story: batch[index], ledger }] : [];
    });
  };
  let last = await wrong();
  await eventually(async () => {
    if (last.length > 0) last = await wrong();
    return last.length === 0;
  }, 120_000).catch(() => {});
  expect(last).toEqual([]);
  // What still waits would be asked about with every batch.
  await Promise.all(sns.map((sn) => story.cancel(sn)));
  for (const sn of sns) {
    const { state } = (await ledgerOf(system, sn)).order;
    endedAs[state] = (endedAs[state] ?? 0) + 1;
  }
}

/** The provider ends the refunds that wait, and nobody waits for the next try. */
async function endRefunds(): Promise<void> {
  const refunds = system.databases.payment.collection<{ _id: string; open: boolean }>('refunds');
  const open = await refunds.find({ open: true }).toArray();
  await refunds.updateMany({ open: true }, { $set: { nextTryAt: new Date(0) } });
  await Promise.all(
    open.map(({ _id }) => system.sandboxTest(`refunds/${_id}/settle`, { outcome: 'pay' })),
  );
}

/** What an operator does about a difference, through the API. */
async function mend({ kind, orderSn, paymentSn }: Awaited<Difference>): Promise<unknown> {
  if (kind === 'REFUNDED_BUT_BOOKED') return story.end(orderSn, operator);
  const kept = ['REFUSED_MONEY_KEPT', 'OTHER_AMOUNT_KEPT', 'REFUND_SENT_BACK', 'ENDED_BUT_KEPT'];
  return kept.includes(kind) && paymentSn ? story.refundPayment(paymentSn, operator) : null;
}
type Difference = ReturnType<typeof story.differences> extends Promise<(infer One)[]> ? One : never;
