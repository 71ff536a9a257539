import { expect, test } from '@jest/globals';
import { inNextTurn } from '../../../testing/in-next-turn.ts';
import { oneOrder } from '../../../testing/order/one-order.ts';
import { sampleOrder } from '../../../testing/order/sample-order.ts';
import type { Order } from '../domain/order.ts';
import { orderStates } from '../domain/state.ts';
import { releaseOrderFromPayment } from './release-order-from-payment.ts';

/** What happens to an order when its attempt is released so long after its deadline. */
async function released(order: Order | null, ms: number, closing: 'active' | 'paused' = 'active') {
  const { changes, ...store } = oneOrder(order);
  const now = async () => new Date((order?.closeAt.getTime() ?? 0) + ms);
  const releases: unknown[] = [];
  const releaseFromPayment = async (...release: unknown[]) => {
    releases.push(release);
    return order;
  };
  const needs = inNextTurn({ ...store, now, closing, releaseFromPayment });
  expect(await releaseOrderFromPayment(needs, order?.sn ?? 'HSO0', 'PMT1')).toBe(true);
  expect(releases).toEqual([[order?.sn ?? 'HSO0', 'PMT1']]);
  return changes;
}

test.each([
  [-1, 0],
  [0, 1],
  [1, 1],
])('%i ms after its deadline the order closes %i times', async (ms, times) => {
  const order = sampleOrder();
  const at = new Date(order.closeAt.getTime() + ms);
  const close = { sn: order.sn, cause: 'DEADLINE_PASSED', at };
  expect(await released(order, ms)).toEqual(Array(times).fill(close));
});

test.each(orderStates)('an order that is %s', async (state) => {
  expect(await released(sampleOrder({ state }), 1)).toHaveLength(state === 'WAIT_PAY' ? 1 : 0);
});

test('an order that another attempt holds stays open', async () => {
  const attempt = { paymentSn: 'PMT2', closeFrom: new Date(0) };
  expect(await released(sampleOrder({ attempt }), 1)).toEqual([]);
});

test('nothing closes while closing is paused', async () => {
  expect(await released(sampleOrder(), 1, 'paused')).toEqual([]);
});

test('an unknown order is no error', async () => {
  expect(await released(null, 1)).toEqual([]);
});
