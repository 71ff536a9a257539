import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { testMongoUri } from '../testing/database.ts';
import { eventually } from '../testing/eventually.ts';
import { setDeadline } from '../testing/order/deadline.ts';
import { storyOf } from '../testing/payment/story.ts';
import { startProxy, type TestProxy } from '../testing/proxy.ts';
import { dateIn, type OrderSeen } from '../testing/story.ts';
import { startTestSystem, type TestSystem } from '../testing/system.ts';

// Nobody who paid in time is cancelled, whatever was away over the deadline. See
// docs/decisions/0008.

// OUTAGE_ORDERS=30 for the table of the decision.
const count = Number(process.env.OUTAGE_ORDERS ?? 8);
const deadlineInMs = 3_000;
const awayAfterMs = 3_000;
const limitMs = 60_000;

let system: TestSystem;
let story: ReturnType<typeof storyOf>;
let toMongo: TestProxy;
beforeAll(async () => {
  const { hostname, port } = new URL(testMongoUri());
  toMongo = await startProxy(Number(port));
  const env = {
    MONGODB_URI: `mongodb://${hostname}:${toMongo.port}/?directConnection=true`,
    SWEEP_EVERY: '1s',
    PAYMENT_SWEEP_EVERY: '1s',
    // The provider is asked about a payment only when it is to be closed.
    QUERY_WAITING_AFTER: '1h',
  };
  system = await startTestSystem({ env, homestays: count + 1 });
  story = storyOf(system);
}, 60_000);
afterAll(async () => {
  await system?.stop();
  await toMongo?.stop();
});

let day = 20;
beforeEach(() => {
  day += 2;
});

/** Orders with a payment begun, the last of them without: nobody pays that one. */
async function ordersToPay() {
  const stay = { checkIn: dateIn(day), checkOut: dateIn(day + 1) };
  const homestays = Array.from({ length: count + 1 }, (_, i) => `home-${i}`);
  const orders = await Promise.all(
    homestays.map((homestayId) => story.placeOnce({ ...stay, homestayId })),
  );
  const unpaid = orders.pop();
  if (!unpaid) throw new Error('no order was placed');
  const payments = await Promise.all(orders.map(({ sn }) => story.payOnce(sn)));
  return { orders, payments, unpaid };
}

const untilPast = (deadline: Date) =>
  new Promise((go) => setTimeout(go, deadline.getTime() + awayAfterMs - Date.now()));

const isClosed = async ({ sn: _id }: Pick<OrderSeen, 'sn'>) =>
  (await system.databases.order.collection<{ _id: string }>('orders').findOne({
    ...{ _id, state: 'CANCELLED' },
  })) !== null;

type Outage = {
  /** How many of the provider's webhooks are sent for each payment. */
  webhooks: 0 | 1;
  /** Before the travellers pay. */
  before?: () => Promise<unknown>;
  /** After they have paid, before the deadline. */
  after?: () => Promise<unknown>;
  mend?: () => unknown;
  /** The unpaid order closes meanwhile, because what closes it is there. */
  unpaidCloses: boolean;
};

const outages: Record<string, Outage> = {
  'the payment service is away': {
    webhooks: 1,
    before: () => system.payment.stop(),
    mend: () => system.payment.start(),
    unpaidCloses: true,
  },
  'the order service is away': {
    webhooks: 1,
    before: () => system.order.stop(),
    mend: () => system.order.start(),
    unpaidCloses: false,
  },
  'the scheduler is away, and the webhooks are lost': {
    webhooks: 0,
    before: () => system.scheduler.stop(),
    mend: () => system.scheduler.start(),
    unpaidCloses: false,
  },
  'the database is away, and the webhooks are lost': {
    webhooks: 0,
    after: async () => toMongo.cut(),
    mend: () => toMongo.mend(),
    unpaidCloses: false,
  },
  'the provider is away, and the webhooks are lost': {
    webhooks: 0,
    after: () => system.sandbox.stop(),
    mend: () => system.sandbox.start(),
    unpaidCloses: true,
  },
  'nothing is away, but the webhooks are lost': { webhooks: 0, unpaidCloses: true },
};

test.each(Object.entries(outages))(
  'A3, F1: over the deadline %s: all that paid in time are booked',
  async (title, outage) => {
    const { orders, payments, unpaid } = await ordersToPay();
    await outage.before?.();
    const settled = await Promise.all(
      payments.map(({ sn }) => story.settle(sn, { times: outage.webhooks })),
    );
    for (const answer of settled) expect(answer).not.toHaveProperty('error');
    // So the deadline is ahead, however long it took to pay.
    const deadline = new Date(Date.now() + deadlineInMs);
    await setDeadline(system, [...orders, unpaid], deadline);
    await outage.after?.();
    // It does not wait for the attempts of the others, which are open for as long.
    if (outage.unpaidCloses) await eventually(() => isClosed(unpaid), limitMs);
    await untilPast(deadline);
    await outage.mend?.();

    const over = (order: OrderSeen | null): order is OrderSeen =>
      order !== null && order.state !== 'WAIT_PAY';
    const seen = await eventually(async () => {
      const all = await Promise.all(
        [...orders, unpaid].map(({ sn }) => story.see(sn).catch(() => null)),
      );
      return all.every(over) && all;
    }, limitMs);
    const neighbour = seen.pop();
    expect(seen.filter(({ state }) => state !== 'WAIT_USE').map(({ sn }) => sn)).toEqual([]);
    expect(neighbour).toMatchObject({
      state: 'CANCELLED',
      history: [{}, { cause: 'DEADLINE_PASSED' }],
    });
    const closedAt = new Date(neighbour?.history[1]?.at ?? 0).getTime();
    const late = closedAt - deadline.getTime();
    expect(late).toBeGreaterThanOrEqual(0);
    if (process.env.OUTAGE_ORDERS)
      console.info(`${title}: 0 of ${seen.length} cancelled, the unpaid order ${late} ms late`);
  },
  180_000,
);
