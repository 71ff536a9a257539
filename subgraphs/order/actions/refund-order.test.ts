import { expect, test } from '@jest/globals';
import type { Order } from '../domain/order.ts';
import type { OrderState } from '../domain/state.ts';
import {
  type EndOrderRefundNeeds,
  endOrderRefund,
  type HoldOrderForRefundNeeds,
  holdOrderForRefund,
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

test.each<
  [OrderState | undefined, string | undefined, 'ACCEPTED' | 'REFUSED', 'ACCEPTED' | 'REFUSED']
>([
  ['WAIT_USE', undefined, 'ACCEPTED', 'ACCEPTED'],
  ['WAIT_USE', 'RFD1', 'ACCEPTED', 'ACCEPTED'],
  ['WAIT_USE', 'RFD2', 'REFUSED', 'REFUSED'],
  ['REFUNDED', 'RFD1', 'ACCEPTED', 'ACCEPTED'],
  ['REFUNDED', 'RFD2', 'REFUSED', 'ACCEPTED'],
  ['USED', undefined, 'REFUSED', 'ACCEPTED'],
  ['EXPIRED', undefined, 'REFUSED', 'ACCEPTED'],
  ['WAIT_PAY', undefined, 'REFUSED', 'REFUSED'],
  ['CANCELLED', undefined, 'REFUSED', 'REFUSED'],
  [undefined, undefined, 'REFUSED', 'REFUSED'],
])('an order that is %s, held by %s: the traveller’s refund is %s, the host’s %s', async (state, held, own, hosts) => {
  const { needs } = orderIn(state, held);
  const refund = { orderSn: 'HSO', refundSn: 'RFD1' };
  expect(await holdOrderForRefund(needs, { ...refund, unusedOnly: true })).toBe(own);
  expect(await holdOrderForRefund(needs, { ...refund, unusedOnly: false })).toBe(hosts);
});

test('an order is refunded when its refund succeeds, and can be used again when it fails', async () => {
  const { needs, done } = orderIn('WAIT_USE', 'RFD1');
  await endOrderRefund(needs, { orderSn: 'HSO', refundSn: 'RFD1', succeeded: true });
  await endOrderRefund(needs, { orderSn: 'HSO', refundSn: 'RFD1', succeeded: false });
  expect(done).toEqual([
    ['REFUNDED', 'RFD1'],
    ['released', 'RFD1'],
  ]);
});
