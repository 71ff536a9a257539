import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { inNextTurn } from '../../../testing/in-next-turn.ts';
import { oneOrder } from '../../../testing/order/one-order.ts';
import { sampleNow, sampleOrder } from '../../../testing/order/sample-order.ts';
import type { Change } from '../domain/change.ts';
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
  const needs: HoldOrderForRefundNeeds & EndOrderRefundNeeds = inNextTurn({
    now: async () => sampleNow,
    order: async (): Promise<Order | null> =>
      state ? ({ state, ...(held ? { refundSn: held } : {}) } as Order) : null,
    holdForRefund: async (_: string, refundSn: string) =>
      state === 'WAIT_USE' && (!held || held === refundSn),
    releaseFromRefund: async (_: string, refundSn: string) =>
      void done.push(['released', refundSn]),
    change: async ({ cause, at, refundSn }: Change) => {
      await nextTurn();
      done.push([cause, at, refundSn]);
      return null;
    },
  });
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
  const refund = { orderSn: 'HSO', refundSn: 'RFD1' };
  expect(await endOrderRefund(needs, { ...refund, succeeded: true })).toBe(true);
  expect(done.splice(0)).toEqual([
    ['REFUNDED', sampleNow, 'RFD1'],
    ['released', 'RFD1'],
  ]);
  expect(await endOrderRefund(needs, { ...refund, succeeded: false })).toBe(true);
  expect(done).toEqual([['released', 'RFD1']]);
});

test('a stay ends without a refund once, and asking again gives the same answer', async () => {
  const order = sampleOrder({ state: 'WAIT_USE' });
  const end = { orderSn: order.sn, cause: 'LEFT_WITHOUT_REFUND' as const };
  const needs = oneOrder(order);
  expect(await endOrderWithoutRefund(needs, end)).toBe('ACCEPTED');
  expect(needs.changes).toEqual([{ sn: order.sn, cause: end.cause, at: sampleNow }]);
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
