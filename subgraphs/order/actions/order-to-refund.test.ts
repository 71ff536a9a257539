import { expect, test } from '@jest/globals';
import { oneOrder } from '../../../testing/order/one-order.ts';
import { sampleOrder } from '../../../testing/order/sample-order.ts';
import { orderStates } from '../domain/state.ts';
import { orderToRefund } from './order-to-refund.ts';

test('the payment service is told whose order it is', async () => {
  const order = sampleOrder();
  expect(await orderToRefund(oneOrder(order), order.sn)).toMatchObject({
    sn: order.sn,
    travellerId: 'traveller-an',
    hostId: 'host-lake',
  });
});

test.each(orderStates)('an order that is %s', async (state) => {
  const order = sampleOrder({ state });
  expect(await orderToRefund(oneOrder(order), order.sn)).toMatchObject({
    leavable: state === 'WAIT_USE',
  });
});

// The stay begins on 10 December in Shanghai, and the policy gives everything back until seven days before.
test.each([
  ['2026-12-03T15:59:59.999Z', 100],
  ['2026-12-03T16:00:00.000Z', 0],
])('at %s the traveller gets %i percent back', async (instant, share) => {
  const order = sampleOrder({ state: 'WAIT_USE' });
  const now = async () => new Date(instant);
  expect(await orderToRefund({ ...oneOrder(order), now }, order.sn)).toMatchObject({ share });
});

test('an unknown order is null', async () => {
  expect(await orderToRefund(oneOrder(null), 'HSO0')).toBeNull();
});
