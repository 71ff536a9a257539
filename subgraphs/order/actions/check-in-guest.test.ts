import { expect, test } from '@jest/globals';
import { oneOrder } from '../../../testing/order/one-order.ts';
import { sampleOrder } from '../../../testing/order/sample-order.ts';
import { checkInGuest } from './check-in-guest.ts';

const arrival = new Date('2026-12-10T08:00:00.000Z');
const code = 'T1CKETC0DE000000';
const paidOrder = () => {
  const order = sampleOrder({ state: 'WAIT_USE' });
  return { order, needs: { ...oneOrder(order), now: async () => arrival } };
};

test('the host checks the guest in', async () => {
  const { order, needs } = paidOrder();
  expect(await checkInGuest(needs, 'host-lake', order.sn, code)).toEqual({
    ...order,
    state: 'USED',
  });
  expect(needs.changes).toEqual([{ sn: order.sn, cause: 'CHECKED_IN', at: arrival }]);
});

test('a refused check-in changes nothing', async () => {
  const { order, needs } = paidOrder();
  expect(await checkInGuest(needs, 'host-lake', order.sn, 'GUESSED')).toMatchObject({
    reason: 'TICKET_CODE_WRONG',
  });
  expect(needs.changes).toEqual([]);
});

test('an order that a refund holds cannot be used', async () => {
  const { order, needs } = paidOrder();
  const change = async () => null;
  expect(await checkInGuest({ ...needs, change }, 'host-lake', order.sn, code)).toMatchObject({
    reason: 'STATE_FORBIDS',
  });
});

test.each([
  'traveller-an',
  'another-host',
])('for %s there is no order to check in', async (user) => {
  const { order, needs } = paidOrder();
  expect(await checkInGuest(needs, user, order.sn, code)).toMatchObject({
    reason: 'ORDER_UNKNOWN',
  });
  expect(await checkInGuest(needs, user, 'HSO0', code)).toMatchObject({ reason: 'ORDER_UNKNOWN' });
  expect(needs.changes).toEqual([]);
});
