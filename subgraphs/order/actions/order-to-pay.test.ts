import { expect, test } from '@jest/globals';
import { oneOrder } from '../../../testing/order/one-order.ts';
import { sampleOrder } from '../../../testing/order/sample-order.ts';
import { orderStates } from '../domain/state.ts';
import { orderToPay } from './order-to-pay.ts';

test('the payment service learns whose order it is, what to pay, and until when', async () => {
  const order = sampleOrder();
  expect(await orderToPay(oneOrder(order), order.sn)).toMatchObject({
    sn: order.sn,
    travellerId: 'traveller-an',
    hostId: 'host-lake',
    total: { amount: 60_000, currency: 'CNY' },
    closeAt: order.closeAt,
    description: 'Lake house, 2026-12-10 to 2026-12-12',
  });
});

test.each(orderStates)('an order that is %s', async (state) => {
  const order = sampleOrder({ state });
  expect(await orderToPay(oneOrder(order), order.sn)).toMatchObject({
    payable: state === 'WAIT_PAY',
  });
});

test.each([
  [-1, false],
  [0, true],
  [1, true],
])('%i ms after its deadline, overdue is %s', async (ms, overdue) => {
  const order = sampleOrder();
  const now = async () => new Date(order.closeAt.getTime() + ms);
  expect(await orderToPay({ ...oneOrder(order), now }, order.sn)).toMatchObject({ overdue });
});

test('an unknown order is null', async () => {
  expect(await orderToPay(oneOrder(null), 'HSO0')).toBeNull();
});
