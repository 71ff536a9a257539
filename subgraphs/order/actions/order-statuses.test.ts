import { expect, test } from '@jest/globals';
import { sampleNow, sampleOrder } from '../../../testing/order/sample-order.ts';
import type { Order, OrderStateChange } from '../domain/order.ts';
import type { OrderState } from '../domain/state.ts';
import { orderStatuses, paidOrders } from './order-statuses.ts';

const held = (nights: Record<string, number>) => async () => new Map(Object.entries(nights));
const needsOf = (orders: Order[], nights: Record<string, number> = {}) => ({
  now: async () => sampleNow,
  ordersBySn: async () => orders,
  nightsHeldBy: held(nights),
});
const statusOf = async (order: Order, nightsHeld = 0) =>
  (await orderStatuses(needsOf([order], { [order.sn]: nightsHeld }), [order.sn]))[0];

test.each<[OrderState, string]>([
  ['WAIT_PAY', 'payable'],
  ['WAIT_USE', 'usable'],
  ['USED', ''],
  ['CANCELLED', ''],
  ['REFUNDED', 'ended'],
  ['EXPIRED', ''],
])('an order that is %s is %s', async (state, abilities) => {
  expect(await statusOf(sampleOrder({ state }))).toMatchObject({
    payable: abilities === 'payable',
    usable: abilities === 'usable',
    ended: abilities === 'ended',
  });
});

test('a status names the payment, and since when the order is in its state', async () => {
  const at = new Date(sampleNow.getTime() + 5_000);
  const order = sampleOrder();
  expect(await statusOf(order)).toMatchObject({
    paymentSn: null,
    refundSn: null,
    since: sampleNow,
  });
  const history = [...order.history, { state: 'WAIT_USE' as const, at, cause: 'PAID' as const }];
  const paid = sampleOrder({ state: 'WAIT_USE', paymentSn: 'PMT1', history });
  expect(await statusOf(paid)).toMatchObject({ sn: paid.sn, paymentSn: 'PMT1', since: at });
  const damaged = { ...order, history: [] };
  expect(await statusOf(damaged)).toMatchObject({ since: order.createdAt });
});

test('one request names 500 orders at most', async () => {
  const needs = needsOf([]);
  expect(await orderStatuses(needs, Array(500).fill('HSO'))).toEqual([]);
  await expect(orderStatuses(needs, Array(501).fill('HSO'))).rejects.toMatchObject({
    extensions: { code: 'BAD_USER_INPUT' },
  });
});

test.each<[OrderState, string | null]>([
  ['WAIT_PAY', null],
  ['CANCELLED', null],
  ['WAIT_USE', 'PMT1'],
  ['USED', 'PMT1'],
  ['REFUNDED', 'PMT1'],
])('an order that is %s and names a payment has the payment %s', async (state, paymentSn) => {
  expect(await statusOf(sampleOrder({ state, paymentSn: 'PMT1' }))).toMatchObject({ paymentSn });
});

test.each<[OrderState, number]>([
  ['WAIT_PAY', 2],
  ['WAIT_USE', 2],
  ['USED', 2],
  ['EXPIRED', 2],
  ['CANCELLED', 0],
  ['REFUNDED', 0],
])('an order that is %s is to hold %i nights, and holds what is stored', async (state, nights) => {
  const order = sampleOrder({ state });
  expect(await statusOf(order, 1)).toMatchObject({ nightsDue: nights, nightsHeld: 1 });
});

test.each([
  ['2026-11-30', 0],
  ['2026-12-01', 2],
])('nights until %s are counted on 1 December: %i', async (checkOut, nightsDue) => {
  const order = { ...sampleOrder({ state: 'USED' }), checkIn: '2026-11-28', checkOut };
  expect(await statusOf(order)).toMatchObject({ nightsDue, nightsHeld: 0 });
});

const endedBy = (cause: OrderStateChange['cause'], at: string, given: Partial<Order> = {}) => {
  const order = sampleOrder(given);
  const change = { state: 'REFUNDED' as const, at: new Date(at), cause };
  return { ...order, state: 'REFUNDED' as const, history: [...order.history, change] };
};

// The stay begins on 10 December in Shanghai; until seven days before, all of the price goes back.
test.each([
  ['left in time', endedBy('REFUNDED', '2026-12-03T15:59:59.999Z'), 100],
  ['left later', endedBy('REFUNDED', '2026-12-03T16:00:00.000Z'), 0],
  [
    'asked in time, left later',
    endedBy('REFUNDED', '2026-12-09T00:00:00.000Z', { leaveAskedAt: sampleNow }),
    100,
  ],
  ['left without a refund', endedBy('LEFT_WITHOUT_REFUND', '2026-12-09T00:00:00.000Z'), 0],
  ['ended after refunds', endedBy('ENDED_AFTER_REFUNDS', '2026-12-09T00:00:00.000Z'), 100],
  ['used', sampleOrder({ state: 'USED' }), null],
])('of a stay that was %s, %s percent are owed', async (_, order, share) => {
  expect(await statusOf(order)).toMatchObject({ shareOwed: share });
});

test('an order that was closed by its deadline names it', async () => {
  const order = sampleOrder({ state: 'CANCELLED' });
  const by = (cause: OrderStateChange['cause']): Order => ({
    ...order,
    history: [...order.history, { state: 'CANCELLED', at: sampleNow, cause }],
  });
  expect(await statusOf(by('DEADLINE_PASSED'))).toMatchObject({ missedDeadline: order.closeAt });
  expect(await statusOf(by('CANCELLED_BY_TRAVELLER'))).toMatchObject({ missedDeadline: null });
});

test('A10: paid orders come in pages of 500, as long before as an order can stay open', async () => {
  const paid = sampleOrder({ state: 'USED', paymentSn: 'PMT1' });
  const reads: unknown[] = [];
  const needs = {
    ...needsOf([]),
    limits: { closeAfterMs: 20_000 },
    holdUnansweredForMs: 3_000,
    paidSince: async (...read: unknown[]) => {
      reads.push(read);
      return [paid];
    },
  };
  expect(await paidOrders(needs, sampleNow, 'HSO1')).toMatchObject([{ sn: paid.sn }]);
  expect(reads).toEqual([[new Date(sampleNow.getTime() - 23_000), 'HSO1', 500]]);
});
