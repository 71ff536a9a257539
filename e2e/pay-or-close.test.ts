import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually, eventuallyEach } from '../testing/eventually.ts';
import { setDeadline } from '../testing/order/deadline.ts';
import { storyOf } from '../testing/payment/story.ts';
import { dateIn, type OrderSeen } from '../testing/story.ts';
import { startTestSystem, type TestSystem } from '../testing/system.ts';
import { untilAnswered } from '../testing/until-answered.ts';

let system: TestSystem;
let story: ReturnType<typeof storyOf>;
beforeAll(async () => {
  // One user stands for two hundred.
  const env = { SWEEP_EVERY: '1s', OPERATIONS_PER_USER: '500' };
  system = await startTestSystem({ env, homestays: 200 });
  story = storyOf(system);
});
afterAll(() => system?.stop());

const stay = { checkIn: dateIn(20), checkOut: dateIn(22) };
/** When the orders that race are paid, from their deadline on. */
const racingMs = [-1_250, 0, 1_250];
const see = (sn: string) => untilAnswered(() => story.see(sn));
const until = (ms: number) => new Promise((go) => setTimeout(go, Math.max(0, ms - Date.now())));

/**
 * Places five orders with payments begun, and sets their deadline. The first is paid before that,
 * the last once it is closed, so that each side wins some however slow the machine is; the others
 * are paid at the provider around their deadline.
 */
async function fiveOrders(from: number) {
  const homestays = Array.from({ length: 5 }, (_, i) => `home-${from + i}`);
  const five = await Promise.all(
    homestays.map(async (homestayId) => {
      const { sn } = await story.placeOnce({ ...stay, homestayId });
      return { sn, payment: await story.payOnce(sn) };
    }),
  );
  const [first, ...others] = five;
  const last = others.pop();
  if (!first || !last) throw new Error('no orders were placed');
  await story.settle(first.payment.sn);
  const deadline = new Date(Date.now() + 2_000);
  await setDeadline(system, five, deadline);
  const racing = others.map(async ({ payment }, i) => {
    await until(deadline.getTime() + (racingMs[i] as number));
    await story.settle(payment.sn);
  });
  const tooLate = async () => {
    await until(deadline.getTime());
    await eventually(async () => (await see(last.sn))?.state === 'CANCELLED', 60_000);
    await story.settle(last.payment.sn);
  };
  return { sns: five.map(({ sn }) => sn), paid: Promise.all([...racing, tooLate()]) };
}

test('pay and close race 200 times at the deadline: one of them wins each order, and its nights and its money agree', async () => {
  const placed: Awaited<ReturnType<typeof fiveOrders>>[] = [];
  for (let i = 0; i < 200; i += 5) placed.push(await fiveOrders(i));
  await Promise.all(placed.map(({ paid }) => paid));
  const sns = placed.flatMap(({ sns }) => sns);
  const settled = (order: OrderSeen | null): order is OrderSeen =>
    (order?.state === 'WAIT_USE' && order.payment?.state === 'SUCCESS') ||
    (order?.state === 'CANCELLED' && order.payment?.state === 'CLOSED');
  const isSettled = async (sn: string) => settled(await see(sn));
  await eventuallyEach(sns, isSettled, 60_000);
  const orders = (await Promise.all(sns.map(see))).filter(settled);
  expect(orders.map(({ sn }) => sn)).toEqual(sns);

  for (const { state, version, history, homestay } of orders) {
    expect(version).toBe(2);
    expect(history[1]?.cause).toBe(state === 'WAIT_USE' ? 'PAID' : 'DEADLINE_PASSED');
    const { checkIn, checkOut } = stay;
    const free = await untilAnswered(() => story.freeNights(homestay.id, checkIn, checkOut));
    expect(free).toEqual(state === 'WAIT_USE' ? [] : [dateIn(20), dateIn(21)]);
  }
  const won = { paid: orders.filter(({ state }) => state === 'WAIT_USE').length, closed: 0 };
  won.closed = orders.length - won.paid;
  expect(won.paid).toBeGreaterThan(10);
  expect(won.closed).toBeGreaterThan(10);
}, 180_000);
