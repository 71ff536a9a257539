import { expect, test } from '@jest/globals';
import { oneOrder } from '../../../testing/order/one-order.ts';
import { sampleNow, sampleOrder } from '../../../testing/order/sample-order.ts';
import { cancelHomestayOrder } from './cancel-homestay-order.ts';

test('the traveller cancels an unpaid order', async () => {
  const order = sampleOrder();
  const needs = oneOrder(order);
  expect(await cancelHomestayOrder(needs, 'traveller-an', order.sn)).toEqual({
    ...order,
    state: 'CANCELLED',
  });
  expect(needs.changes).toEqual([{ sn: order.sn, cause: 'CANCELLED_BY_TRAVELLER', at: sampleNow }]);
});

test('cancelling a cancelled order returns it', async () => {
  const order = sampleOrder({ state: 'CANCELLED' });
  expect(await cancelHomestayOrder(oneOrder(order), 'traveller-an', order.sn)).toBe(order);
});

test.each([
  'WAIT_USE',
  'USED',
  'REFUNDED',
  'EXPIRED',
] as const)('an order that is %s cannot be cancelled', async (state) => {
  const order = sampleOrder({ state });
  expect(await cancelHomestayOrder(oneOrder(order), 'traveller-an', order.sn)).toMatchObject({
    reason: 'STATE_FORBIDS',
    message: expect.stringContaining(`The order is ${state}.`),
  });
});

test('an order that is paid while it is cancelled is refused with the state it came into', async () => {
  const order = sampleOrder();
  const needs = oneOrder(order);
  const change = async () => {
    needs.held.order = { ...order, state: 'WAIT_USE' };
    return null;
  };
  expect(await cancelHomestayOrder({ ...needs, change }, 'traveller-an', order.sn)).toMatchObject({
    reason: 'STATE_FORBIDS',
    message: expect.stringContaining('WAIT_USE'),
  });
});

test('the answer is what the change has made of the order, without a second look', async () => {
  const order = sampleOrder();
  const needs = oneOrder(order);
  const cancelled = { ...order, state: 'CANCELLED' as const };
  const change = async () => cancelled;
  expect(await cancelHomestayOrder({ ...needs, change }, 'traveller-an', order.sn)).toBe(cancelled);
});

test('an order that is gone meanwhile is refused with the state it was in', async () => {
  const order = sampleOrder({ state: 'USED' });
  const needs = oneOrder(order);
  const change = async () => {
    needs.held.order = null;
    return null;
  };
  expect(await cancelHomestayOrder({ ...needs, change }, 'traveller-an', order.sn)).toMatchObject({
    reason: 'STATE_FORBIDS',
    message: expect.stringContaining('The order is USED.'),
  });
});

test.each(['host-lake', 'somebody-else'])('for %s there is no order to cancel', async (user) => {
  const order = sampleOrder();
  const needs = oneOrder(order);
  expect(await cancelHomestayOrder(needs, user, order.sn)).toMatchObject({
    reason: 'ORDER_UNKNOWN',
  });
  expect(await cancelHomestayOrder(needs, user, 'HSO0')).toMatchObject({ reason: 'ORDER_UNKNOWN' });
  expect(needs.changes).toEqual([]);
});
