import { expect, test } from '@jest/globals';
import { sampleNow, sampleOrder } from '../../../testing/order/sample-order.ts';
import type { Order } from '../domain/order.ts';
import type { OrderState } from '../domain/state.ts';
import { orderStatuses, paidOrders } from './order-statuses.ts';

const statusOf = async (order: Order) =>
  (await orderStatuses({ ordersBySn: async () => [order] }, [order.sn]))[0];

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
  const needs = { ordersBySn: async () => [] };
  expect(await orderStatuses(needs, Array(500).fill('HSO'))).toEqual([]);
  await expect(orderStatuses(needs, Array(501).fill('HSO'))).rejects.toMatchObject({
    extensions: { code: 'BAD_USER_INPUT' },
  });
});

test('paid orders come in pages of 500', async () => {
  const paid = sampleOrder({ state: 'USED', paymentSn: 'PMT1' });
  const reads: unknown[] = [];
  const paidSince = async (...read: unknown[]) => {
    reads.push(read);
    return [paid];
  };
  expect(await paidOrders({ paidSince }, sampleNow, 'HSO1')).toMatchObject([{ sn: paid.sn }]);
  expect(reads).toEqual([[sampleNow, 'HSO1', 500]]);
});
