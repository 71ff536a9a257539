import { expect, test } from '@jest/globals';
import { oneOrder } from '../../../testing/order/one-order.ts';
import { sampleOrder } from '../../../testing/order/sample-order.ts';
import type { Order } from '../domain/order.ts';
import type { OrderState } from '../domain/state.ts';
import {
  type EndOrderRefundNeeds,
  endOrderRefund,
  endOrderWithoutRefund,
  type HoldOrderForRefundNeeds,
  holdOrderForRefund,
  ordersHeldByRefunds,
} from './refund-order.ts';

/** What the actions do to an order in this state, perhaps held by a refund. */
function orderIn(state: OrderState | undefined, held?: string) {
  const done: unknown[] = [];
  const needs: HoldOrderForRefundNeeds & EndOrderRefundNeeds = {
    now: async () => new Date(0),
    order: async () => (state ? ({ state, ...(held ? { refundSn: held } : {}) } as Order) : null),
    holdForRefund: async (_, refundSn) => state === 'WAIT_USE' && (!held || held === refundSn),
    releaseFromRefund: async (_, refundSn) => void done.push(['released', refundSn]),
    change: async ({ cause, refundSn }) => {
      done.push([cause, refundSn]);
      return null;
    },
  };
  return { needs, done };
}

test.each<[OrderState | undefined, string | undefined, 'ACCEPTED' | 'REFUSED']>([
  ['WAIT_USE', undefined, 'ACCEPTED'],
  ['WAIT_USE', 'RFD1', 'ACCEPTED'],
  ['WAIT_USE', 'RFD2', 'REFUSED'],
  ['REFUNDED', 'RFD1', 'ACCEPTED'],
  ['REFUNDED', 'RFD2', 'REFUSED'],
  ['USED', undefined, 'REFUSED'],
  ['EXPIRED', undefined, 'REFUSED'],
  ['WAIT_PAY', undefined, 'REFUSED'],
  ['CANCELLED', undefined, 'REFUSED'],
  [undefined, undefined, 'REFUSED'],
])('a refund that ends an order that is %s, held by %s, is %s', async (state, held, answer) => {
  const { needs } = orderIn(state, held);
  expect(await holdOrderForRefund(needs, { orderSn: 'HSO', refundSn: 'RFD1' })).toBe(answer);
});

test('an order is refunded when its refund succeeds, and can be used again when it fails', async () => {
  const { needs, done } = orderIn('WAIT_USE', 'RFD1');
  await endOrderRefund(needs, { orderSn: 'HSO', refundSn: 'RFD1', succeeded: true });
  expect(done.splice(0)).toEqual([
    ['REFUNDED', 'RFD1'],
    ['released', 'RFD1'],
  ]);
  await endOrderRefund(needs, { orderSn: 'HSO', refundSn: 'RFD1', succeeded: false });
  expect(done).toEqual([['released', 'RFD1']]);
});

test('a stay ends without a refund once, and asking again gives the same answer', async () => {
  const order = sampleOrder({ state: 'WAIT_USE' });
  const end = { orderSn: order.sn, cause: 'LEFT_WITHOUT_REFUND' as const };
  expect(await endOrderWithoutRefund(oneOrder(order), end)).toBe('ACCEPTED');
  const left = { state: 'REFUNDED' as const, at: new Date(0), cause: end.cause };
  const ended = sampleOrder({ state: 'REFUNDED', history: [left] });
  expect(await endOrderWithoutRefund(oneOrder(ended), { ...end, orderSn: ended.sn })).toBe(
    'ACCEPTED',
  );
  const refunded = sampleOrder({ state: 'REFUNDED', history: [{ ...left, cause: 'REFUNDED' }] });
  expect(await endOrderWithoutRefund(oneOrder(refunded), { ...end, orderSn: refunded.sn })).toBe(
    'REFUSED',
  );
  expect(await endOrderWithoutRefund(oneOrder(null), end)).toBe('REFUSED');
});

test('held orders come in pages of 500', async () => {
  const reads: unknown[] = [];
  const heldByRefunds = async (...read: unknown[]) => {
    reads.push(read);
    return [sampleOrder({ sn: 'HSO7', refundSn: 'RFD7' })];
  };
  expect(await ordersHeldByRefunds({ heldByRefunds }, 'HSO1')).toEqual([
    { orderSn: 'HSO7', refundSn: 'RFD7' },
  ]);
  expect(reads).toEqual([['HSO1', 500]]);
});
