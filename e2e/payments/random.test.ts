import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { homestayIds } from '../../testing/catalogue.ts';
import { eventually } from '../../testing/eventually.ts';
import { type FaultySystem, startFaultySystem } from '../../testing/payment/faulty-system.ts';
import { type Happening, randomStory } from '../../testing/payment/happenings.ts';
import { ledgerOf, wrongIn } from '../../testing/payment/ledger.ts';
import { type DifferenceSeen, storyOf } from '../../testing/payment/story.ts';
import { dateIn } from '../../testing/story.ts';
import { ana, host, operator } from '../../testing/tokens.ts';
import { updateEach } from '../../testing/update-each.ts';

const runs = Number(process.env.RANDOM_RUNS ?? 100);
const seed = Number(process.env.RANDOM_SEED ?? 20_261_121);
/** How many stories happen at once. Many runs are faster with more. */
const atOnce = runs > 400 ? 80 : 40;
const homestays = homestayIds(runs);

let world: FaultySystem;
let story: ReturnType<typeof storyOf>;
let steps = 0;
let frozen = 0;
/** How many orders ended in each state: a test in which nothing happens would pass too. */
const endedAs: Record<string, number> = {};

beforeAll(async () => {
  world = await startFaultySystem(runs);
  story = storyOf(world.system);
}, 120_000);
afterAll(() => world?.stop());

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
    case 'contradict':
    case 'tellOld':
    case 'byProvider':
      return byProvider(sn, what);
    case 'jobs':
      return story.settled();
    case 'close':
    case 'cancel':
    case 'checkIn':
    case 'expire':
      return happenToStay(sn, what.do);
    default:
      return trouble(what);
  }
}

type One<Name extends Happening['do']> = Extract<Happening, { do: Name }>;

async function trouble(
  what: One<'trouble' | 'lose' | 'crash' | 'pause' | 'freeze'>,
): Promise<unknown> {
  const { failpoints, ways, stripe, system } = world;
  switch (what.do) {
    case 'trouble': {
      const content = { error: { type: 'api_error', message: 'In trouble.' } };
      stripe.behaves.failNext.push(...what.failNext.map((status) => ({ status, content })));
      return system.sandboxTest('behaviour', what);
    }
    case 'lose':
      for (let time = 0; time < what.times; time += 1) ways[what.on].loseNext(what.what);
      return;
    case 'crash':
      return failpoints.kill(what.failpoints);
    case 'pause':
      return failpoints.pause(what.left, what.ms);
    case 'freeze':
      frozen += 1;
      // The story goes on meanwhile.
      void world.freeze(what.service, what.ms);
  }
}

/** The provider says or does something by itself. */
async function byProvider(
  sn: string,
  what: One<'contradict' | 'tellOld' | 'byProvider'>,
): Promise<unknown> {
  const { stripe, system } = world;
  const seen = await story.see(sn);
  if (what.do === 'contradict') {
    const refund = seen?.refunds.at(-1);
    return refund && system.sandboxTest(`refunds/${refund.sn}/settle`, what);
  }
  const payment = seen?.payment;
  if (!payment) return;
  if (what.do === 'tellOld') {
    if (payment.method !== 'STRIPE')
      return system.sandboxTest(`payments/${payment.sn}/notify`, what);
    return stripe.held(payment.sn) > 0 && stripe.tell(payment.sn);
  }
  const { amount, disputed } = what;
  if (payment.method !== 'STRIPE')
    return system.sandboxTest(`payments/${payment.sn}/refund`, { amount });
  // Not more than is there.
  if (amount > stripe.held(payment.sn)) return;
  return disputed
    ? stripe.dispute?.(payment.sn, amount)
    : stripe.refundByHand?.(payment.sn, amount);
}

/** The traveller pays, or fails to, wherever the payment is. */
async function settle(sn: string, how: One<'settle'>): Promise<unknown> {
  const payment = (await story.see(sn))?.payment;
  if (!payment) return null;
  if (payment.method === 'STRIPE') return world.stripe.pay(payment.sn, { times: how.times });
  return story.settle(payment.sn, how);
}

async function happenToStay(
  sn: string,
  what: 'close' | 'cancel' | 'checkIn' | 'expire',
): Promise<unknown> {
  switch (what) {
    case 'close':
      return story.deadlinePasses(sn);
    case 'cancel':
      return story.cancel(sn);
    case 'checkIn':
      await story.moveStay(sn, { checkIn: dateIn(0), checkOut: dateIn(1) });
      return story.checkIn(sn, (await story.see(sn))?.ticketCode ?? '');
    case 'expire':
      await story.moveStay(sn, { checkIn: '2026-01-01', checkOut: '2026-01-02' });
      return world.system.job('order', 'expireUnusedOrders');
  }
}

test(`${runs} random stories: money held is bookings held, here and at the providers`, async () => {
  const stories = fc.sample(randomStory, { numRuns: runs, seed });
  for (let first = 0; first < stories.length; first += atOnce) {
    const batch = stories.slice(first, first + atOnce);
    const round = first / atOnce;
    const sns = await Promise.all(homestays.slice(first, first + atOnce).map(place));
    const killing = round % 5 === 1 ? world.killCopies() : undefined;
    await Promise.all(batch.map((line, index) => play(sns[index] as string, line)));
    await killing;
    await troubleEnds();
    if (round % 5 === 4) await world.restartPayment();
    await ledgersAreRight(sns, batch);
  }
  const { killed, paused } = world.failpoints.happened;
  const lost = Object.values(world.ways).reduce((sum, way) => sum + way.lost(), 0);
  const troubles = { killed, paused, frozen, lost };
  console.info(`seed ${seed}: ${steps} steps, ${JSON.stringify({ ...troubles, ...endedAs })}`);
  // Few stories need not have every end.
  if (runs < 100) return;
  const { WAIT_USE = 0, USED = 0, EXPIRED = 0, REFUNDED = 0, CANCELLED = 0 } = endedAs;
  expect(Math.min(WAIT_USE, USED, EXPIRED, REFUNDED, CANCELLED)).toBeGreaterThan(0);
  expect(WAIT_USE + USED + EXPIRED + REFUNDED).toBeGreaterThan(runs / 3);
  expect(Math.min(killed, frozen, lost)).toBeGreaterThan(runs / 10);
}, 3_600_000);

/** One traveller orders everywhere at once, which may be too much for one moment. */
function place(homestayId: string, index: number): Promise<string> {
  // All of the money goes back to one half of those who leave, and a part to the other.
  const inDays = index % 2 === 0 ? 8 : 3;
  const stay = { homestayId, checkIn: dateIn(inDays), checkOut: dateIn(inDays + 1) };
  const input = { ...stay, idempotencyKey: crypto.randomUUID() };
  return eventually(async () => (await story.place(input).catch(() => null))?.sn, 60_000);
}

async function play(sn: string, line: readonly Happening[]): Promise<void> {
  for (const what of line) {
    steps += 1;
    // A killed task answers nothing. What it was asked may or may not have been done.
    await happen(sn, what).catch(() => {});
  }
}

async function troubleEnds(): Promise<void> {
  world.failpoints.clear();
  for (const way of Object.values(world.ways)) way.loseNothing();
  world.stripe.behaves.failNext.length = 0;
  await world.system.sandboxTest('behaviour', {});
}

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
    const ledgers = await Promise.all(
      sns.map((sn) => ledgerOf(world.system, sn, world.stripe.held)),
    );
    return ledgers.flatMap((ledger, index) => {
      const lines = wrongIn(ledger);
      return lines.length > 0 ? [{ lines, story: batch[index], ledger }] : [];
    });
  };
  let last: object[] = [{ lines: ['not looked at'] }];
  await eventually(async () => {
    // A process that is still frozen keeps a job from being done.
    last = await wrong().catch((error) => [{ lines: [String(error)] }]);
    return last.length === 0;
  }, 120_000).catch(() => {});
  expect(last).toEqual([]);
  // What still waits would be asked about with every batch.
  await Promise.all(sns.map((sn) => story.cancel(sn)));
  for (const sn of sns) {
    const { state } = (await ledgerOf(world.system, sn)).order;
    endedAs[state] = (endedAs[state] ?? 0) + 1;
  }
}

/** The provider ends the refunds that wait, and nobody waits for the next try. */
async function endRefunds(): Promise<void> {
  const { databases, sandboxTest } = world.system;
  const refunds = databases.payment.collection<{ _id: string; open: boolean }>('refunds');
  const open = await refunds.find({ open: true }).toArray();
  await updateEach(refunds, { open: true }, { $set: { nextTryAt: new Date(0) } });
  await Promise.all(
    open.map(({ _id }) => sandboxTest(`refunds/${_id}/settle`, { outcome: 'pay' })),
  );
}

/** What an operator does about a difference, through the API. */
async function mend({ kind, orderSn, paymentSn, owed }: DifferenceSeen): Promise<unknown> {
  if (kind === 'REFUNDED_BUT_BOOKED') return story.end(orderSn, operator);
  const kept = ['REFUSED_MONEY_KEPT', 'OTHER_AMOUNT_KEPT', 'REFUND_SENT_BACK', 'ENDED_BUT_KEPT'];
  return kept.includes(kind) && paymentSn ? story.refundPayment(paymentSn, operator, owed) : null;
}
