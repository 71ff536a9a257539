import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { homestayIds } from '../../testing/catalogue.ts';
import { eventually } from '../../testing/eventually.ts';
import { booksOf, wrongIn } from '../../testing/payment/ledger.ts';
import { storyOf } from '../../testing/payment/story.ts';
import { startTestSystem, type TestSystem, withoutScheduler } from '../../testing/system.ts';
import { ana, host, operator } from '../../testing/tokens.ts';

const runs = Number(process.env.RANDOM_RUNS ?? 1_000);
const seed = Number(process.env.RANDOM_SEED ?? 20_261_121);
const atOnce = 20;
const homestays = homestayIds(atOnce);

let system: TestSystem;
let story: ReturnType<typeof storyOf>;
/** After how many more steps somebody is killed; whoever comes to that one. */
const kills: number[] = [];
let killed = 0;
/** The states that orders ended in: a test in which nothing happens would pass too. */
const endedAs = new Set<string>();

beforeAll(async () => {
  system = await startTestSystem({ parts: withoutScheduler, env: { QUERY_WAITING_AFTER: '1ms' } });
  await beginPaymentService();
  story = storyOf(system);
});
afterAll(() => system?.stop());

/** The payment service, in which work ends at random places, as in a process that is killed there. */
async function beginPaymentService(): Promise<void> {
  await system.payment.stop();
  await system.payment.start(async (place) => {
    for (let index = 0; index < kills.length; index += 1)
      kills[index] = (kills[index] as number) - 1;
    const due = kills.findIndex((left) => left <= 0);
    if (due < 0) return;
    kills.splice(due, 1);
    killed += 1;
    throw new Error(`killed: ${place}`);
  });
}

/** What can happen to an order, in any order. */
const happening = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ do: 'pay' as const }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('notify' as const),
      outcome: fc.constantFrom('pay' as const, 'pay' as const, 'fail' as const),
      times: fc.integer({ min: 0, max: 3 }),
      delayMs: fc.integer({ min: 0, max: 60 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'close' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'cancel' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('refund' as const),
      by: fc.constantFrom(ana, host, operator),
      amount: fc.option(fc.integer({ min: 1, max: 12_000 }), { nil: undefined }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('crash' as const),
      steps: fc.integer({ min: 1, max: 12 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'jobs' as const }) },
);
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

async function happen(sn: string, what: Happening): Promise<unknown> {
  switch (what.do) {
    case 'pay':
      return story.pay(sn);
    case 'notify': {
      const payment = (await story.see(sn))?.payment;
      return payment && story.settle(payment.sn, what);
    }
    case 'close':
      return story.deadlinePasses(sn);
    case 'cancel':
      return story.cancel(sn);
    case 'refund':
      return story.refund(sn, what.by, what.by === ana ? undefined : what.amount);
    case 'crash':
      return kills.push(what.steps);
    case 'jobs':
      return story.settled();
  }
}

test(`${runs} random stories: money held is bookings held, at our side and at the provider's`, async () => {
  const stories = fc.sample(fc.array(happening, { minLength: 2, maxLength: 9 }), {
    numRuns: runs,
    seed,
  });
  for (let first = 0; first < stories.length; first += atOnce) {
    const batch = stories.slice(first, first + atOnce);
    const inDays = 8 + first / atOnce;
    const sns = await Promise.all(
      batch.map((_, index) => story.order(ana, { inDays, homestayId: homestays[index] })),
    );
    await Promise.all(
      batch.map(async (happenings, index) => {
        // A killed service answers nothing; what was asked of it may or may not have been done.
        for (const what of happenings) await happen(sns[index] as string, what).catch(() => {});
      }),
    );
    kills.length = 0;
    if ((first / atOnce) % 10 === 9) await beginPaymentService();
    await booksAreRight(sns, batch);
  }
  expect([...endedAs]).toEqual(
    expect.arrayContaining(['WAIT_PAY', 'WAIT_USE', 'CANCELLED', 'REFUNDED']),
  );
  expect(killed).toBeGreaterThan(runs / 10);
}, 900_000);

/** In the end, when jobs have run and nothing is under way any more. */
async function booksAreRight(sns: string[], batch: Happening[][]): Promise<void> {
  const wrong = async () => {
    await story.settled();
    const books = await Promise.all(sns.map((sn) => booksOf(system, sn)));
    for (const { order } of books) endedAs.add(order);
    const found = books.map(wrongIn);
    return found.flatMap((lines, index) =>
      lines.length > 0 ? [{ lines, story: batch[index], sn: sns[index] }] : [],
    );
  };
  let last = await wrong();
  await eventually(async () => {
    if (last.length > 0) last = await wrong();
    return last.length === 0;
  }, 20_000).catch(() => {});
  expect(last).toEqual([]);
  // What still waits would be asked about again with every batch.
  await Promise.all(sns.map((sn) => story.cancel(sn)));
}
