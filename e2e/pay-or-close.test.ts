import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../testing/eventually.ts';
import { storyOf } from '../testing/payment/story.ts';
import { dateIn, type OrderSeen } from '../testing/story.ts';
import { startTestSystem, type TestSystem } from '../testing/system.ts';

let system: TestSystem;
let story: ReturnType<typeof storyOf>;
beforeAll(async () => {
  // One user stands for two hundred.
  const env = { CLOSE_ORDER_AFTER: '10s', SWEEP_EVERY: '1s', OPERATIONS_PER_USER: '500' };
  system = await startTestSystem({ env, homestays: 200 });
  story = storyOf(system);
});
afterAll(() => system?.stop());

const stay = { checkIn: dateIn(20), checkOut: dateIn(22) };
const around = 2_500;

/**
 * Places an order that is paid at the provider somewhere around the deadline, if the provider has
 * not closed it by then.
 */
async function orderPaidAtTheDeadline(homestayId: string, part: number) {
  const { sn, closeAt } = await story.place({ ...stay, homestayId });
  const payment = await story.pay(sn);
  const payLater = async () => {
    const ms = new Date(closeAt).getTime() - Date.now() + (part * 2 - 1) * around;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
    await story.settle(payment.sn);
  };
  return { sn, paid: payLater() };
}

test('pay and close race 200 times at the deadline: one of them wins each order, and its nights and its money agree', async () => {
  const placed: Awaited<ReturnType<typeof orderPaidAtTheDeadline>>[] = [];
  for (let i = 0; i < 200; i += 5) {
    const five = Array.from({ length: 5 }, (_, j) =>
      orderPaidAtTheDeadline(`home-${i + j}`, j / 4),
    );
    placed.push(...(await Promise.all(five)));
  }
  await Promise.all(placed.map(({ paid }) => paid));
  const sns = placed.map(({ sn }) => sn);
  const settled = (order: OrderSeen | null): order is OrderSeen =>
    (order?.state === 'WAIT_USE' && order.payment?.state === 'SUCCESS') ||
    (order?.state === 'CANCELLED' && order.payment?.state === 'CLOSED');
  const orders = await eventually(async () => {
    const seen = await Promise.all(sns.map((sn) => story.see(sn)));
    return seen.every(settled) && seen;
  }, 60_000);

  for (const { state, version, history, homestay } of orders) {
    expect(version).toBe(2);
    expect(history[1]?.cause).toBe(state === 'WAIT_USE' ? 'PAID' : 'DEADLINE_PASSED');
    const free = await story.freeNights(homestay.id, stay.checkIn, stay.checkOut);
    expect(free).toEqual(state === 'WAIT_USE' ? [] : [dateIn(20), dateIn(21)]);
  }
  const won = { paid: orders.filter(({ state }) => state === 'WAIT_USE').length, closed: 0 };
  won.closed = orders.length - won.paid;
  expect(won.paid).toBeGreaterThan(10);
  expect(won.closed).toBeGreaterThan(10);
}, 180_000);
