import { expect, test } from '@jest/globals';
import { oneOrder } from '../../../testing/order/one-order.ts';
import { sampleOrder } from '../../../testing/order/sample-order.ts';
import { orderStates } from '../domain/state.ts';
import { askToLeave, leaveOffer, orderToRefund } from './order-to-refund.ts';

test('the payment service learns whose order it is', async () => {
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
    ended: state === 'REFUNDED',
  });
});

// The stay begins on 10 December in Shanghai, and the policy gives everything back until seven days
// before.
test.each([
  ['2026-12-03T15:59:59.999Z', 100],
  ['2026-12-03T16:00:00.000Z', 0],
])('at %s the traveller gets %i percent back', async (instant, share) => {
  const order = sampleOrder({ state: 'WAIT_USE' });
  const now = async () => new Date(instant);
  expect(await orderToRefund({ ...oneOrder(order), now }, order.sn)).toMatchObject({ share });
});

test.each([
  ['2026-12-03T15:59:59.999Z', { share: 100, until: '2026-12-03' }],
  ['2026-12-03T16:00:00.000Z', { share: 0, until: null }],
])('at %s a paid order offers %o', (instant, offer) => {
  const now = new Date(instant);
  expect(leaveOffer(sampleOrder({ state: 'WAIT_USE' }), now)).toMatchObject(offer);
  expect(leaveOffer(sampleOrder({ state: 'WAIT_PAY' }), now)).toBeNull();
});

test('a rule that gives nothing back offers nothing until any day', () => {
  const order = sampleOrder({ state: 'WAIT_USE' });
  const refundPolicy = [
    { daysBefore: 7, share: 100 },
    { daysBefore: 0, share: 0 },
  ];
  const ruled = { ...order, snapshot: { ...order.snapshot, refundPolicy } };
  const offer = (at: string) => leaveOffer(ruled, new Date(at));
  expect(offer('2026-12-03T15:59:59.999Z')).toMatchObject({ share: 100, until: '2026-12-03' });
  expect(offer('2026-12-03T16:00:00.000Z')).toEqual({ share: 0, until: null });
});

test('the policy counts from the first request to leave', async () => {
  const leaveAskedAt = new Date('2026-12-03T15:59:59.999Z');
  const order = sampleOrder({ state: 'WAIT_USE', leaveAskedAt });
  const now = async () => new Date('2026-12-04T12:00:00.000Z');
  expect(await orderToRefund({ ...oneOrder(order), now }, order.sn)).toMatchObject({ share: 100 });
});

test('asking to leave keeps the moment, and answers as it will be judged', async () => {
  const now = new Date('2026-12-03T15:59:59.999Z');
  const asked: unknown[] = [];
  const askToLeaveAt = async (sn: string, at: Date) => {
    asked.push([sn, at]);
    return sn === 'HSO1' ? sampleOrder({ state: 'WAIT_USE', leaveAskedAt: at }) : null;
  };
  const needs = { now: async () => now, askToLeave: askToLeaveAt };
  expect(await askToLeave(needs, 'HSO1')).toMatchObject({ share: 100 });
  expect(await askToLeave(needs, 'HSO2')).toBeNull();
  expect(asked).toEqual([
    ['HSO1', now],
    ['HSO2', now],
  ]);
});

test('an unknown order is null', async () => {
  expect(await orderToRefund(oneOrder(null), 'HSO0')).toBeNull();
});
