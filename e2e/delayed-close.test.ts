import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { openCopy } from '../chaos/copy.ts';
import { eventually, eventuallyEach } from '../testing/eventually.ts';
import { dateIn, payOnPage, storyOf } from '../testing/story.ts';
import { startTestSystem, type TestSystem, withoutScheduler } from '../testing/system.ts';
import { updateEach } from '../testing/update-each.ts';

let system: TestSystem;
let story: ReturnType<typeof storyOf>;
beforeAll(async () => {
  const env = { CLOSE_ORDER_AFTER: '2s', SWEEP_EVERY: '3s', OPERATIONS_PER_USER: '100' };
  system = await startTestSystem({ env, parts: withoutScheduler, homestays: 60 });
  story = storyOf(system);
});
afterEach(() => system.scheduler.stop());
afterAll(() => system?.stop());

const jobs = () => system.databases.scheduler.collection('jobs');
let day = 10;
/** Places orders for nights that no other test takes. */
async function place(count: number): Promise<{ sn: string; closeAt: string }[]> {
  day += 1;
  const stay = { checkIn: dateIn(day), checkOut: dateIn(day + 1) };
  return Promise.all(
    Array.from({ length: count }, (_, i) => story.place({ ...stay, homestayId: `home-${i}` })),
  );
}
const closed = (orders: { sn: string }[]) =>
  eventuallyEach(orders, async ({ sn }) => {
    const order = await story.see(sn);
    return order?.state === 'CANCELLED' && order;
  });

/** Each closed once: by its deadline, not before it, and its night is free. */
async function expectClosedOnce(orders: { sn: string; closeAt: string }[]) {
  for (const order of await closed(orders)) {
    expect(order.history.map(({ cause }) => cause)).toEqual(['PLACED', 'DEADLINE_PASSED']);
    expect(order.version).toBe(2);
    expect(new Date(order.history[1]?.at ?? 0).getTime()).toBeGreaterThanOrEqual(
      new Date(order.closeAt).getTime(),
    );
    expect(await story.freeNights(order.homestay.id, order.checkIn, order.checkOut)).toEqual([
      order.checkIn,
    ]);
  }
}

test('the orders of one second share one job, and it closes them at their deadline', async () => {
  const orders = await place(20);
  const seconds = [...new Set(orders.map(({ closeAt }) => closeAt))];
  const set = await jobs().find({ name: 'close-orders' }).toArray();
  expect(set.map(({ data }) => data.closeAt.toISOString()).sort()).toEqual(seconds.sort());
  await system.scheduler.start({ SWEEP_EVERY: '1h' });
  await expectClosedOnce(orders);
  await eventually(async () => (await jobs().countDocuments({ name: 'close-orders' })) === 0);
});

test.each([
  1_000, -1_000,
])('A9: the alarms of a scheduler whose clock is %i ms ahead ring at the deadline', async (skewMs) => {
  const folder = mkdtempSync(join(tmpdir(), 'homestay-skew-'));
  // Without a sweep: only an alarm that rings at its deadline, or again, closes anything.
  const env = { PATH: process.env.PATH, ...system.env, SWEEP_EVERY: '1h' };
  const scheduler = await openCopy({ service: 'scheduler', number: 1 }, env, folder);
  try {
    await scheduler.start(skewMs);
    const orders = [await place(3), await place(3), await place(3)].flat();
    await expectClosedOnce(orders);
    const late = (await closed(orders))
      .map(({ history, closeAt }) => Date.parse(history[1]?.at ?? '') - Date.parse(closeAt))
      .sort((a, b) => a - b);
    console.info(`${skewMs} ms ahead: late by ${late.join(', ')} ms`);
  } finally {
    await scheduler.kill();
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a paid order is left alone', async () => {
  const orders = await place(2);
  const [paid, unpaid] = orders as [(typeof orders)[number], (typeof orders)[number]];
  // The deadline passes once it is paid, however long that takes.
  const stored = system.databases.order.collection<{ _id: string }>('orders');
  const both = { _id: { $in: [paid.sn, unpaid.sn] } };
  await updateEach(stored, both, { $set: { closeAt: new Date(Date.now() + 3_600_000) } });
  const { payUrl } = await story.pay(paid.sn);
  await payOnPage(payUrl as string);
  await eventually(async () => (await story.see(paid.sn))?.state === 'WAIT_USE');
  const closeAt = new Date();
  await updateEach(stored, both, { $set: { closeAt } });
  await system.scheduler.start();
  await expectClosedOnce([{ ...unpaid, closeAt: closeAt.toISOString() }]);
  expect(await story.see(paid.sn)).toMatchObject({
    state: 'WAIT_USE',
    payment: { state: 'SUCCESS' },
  });
});

test('without its job an order is closed by the sweep', async () => {
  const orders = await place(5);
  const { deletedCount } = await jobs().deleteMany({ name: 'close-orders' });
  expect(deletedCount).toBeGreaterThan(0);
  await system.scheduler.start();
  await expectClosedOnce(orders);
});

test('a job that runs twice, early and late, closes each order once', async () => {
  const orders = await place(5);
  const early = {
    type: 'normal',
    name: 'close-orders',
    nextRunAt: new Date(0),
    priority: 0,
    lockedAt: null,
  };
  await jobs().insertMany(
    [1, 2, 3].map((twin) => ({ ...early, data: { closeAt: new Date(twin) } })),
  );
  await system.scheduler.start({ SWEEP_EVERY: '1h' });
  await expectClosedOnce(orders);
  const late = orders.map((_, twin) => ({ ...early, data: { closeAt: new Date(100 + twin) } }));
  await jobs().insertMany(late);
  await eventually(async () => (await jobs().countDocuments({ name: 'close-orders' })) === 0);
  await expectClosedOnce(orders);
});

test('three schedulers at once close each order once', async () => {
  const schedulers = await Promise.all(
    [1, 2, 3].map(() => system.startCopy('scheduler', { SWEEP_EVERY: '1s' })),
  );
  const orders = await place(60);
  await expectClosedOnce(orders);
  const recurring = await jobs().find({ type: 'single' }).toArray();
  expect(recurring.map(({ name }) => name)).toEqual([
    ...new Set(recurring.map(({ name }) => name)),
  ]);
  await Promise.all(schedulers.map((stop) => stop()));
});

test('an order service that is away at the deadline closes its orders when it is back', async () => {
  await system.scheduler.start({ SWEEP_EVERY: '1h' });
  const orders = await place(3);
  await system.order.stop();
  await eventually(async () => Date.now() > new Date(orders[2]?.closeAt as string).getTime() + 500);
  await system.order.start();
  await expectClosedOnce(orders);
});
