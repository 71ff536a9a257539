import { expect, test } from '@jest/globals';
import {
  sampleNow as now,
  sampleBooking as order,
  samplePaid as payment,
  sampleRefund,
} from '../../../testing/payment/samples.ts';
import type { DifferenceKind } from './difference.ts';
import {
  attemptDifferenceOf,
  heldDifferenceOf,
  nightsDifferenceOf,
  orderDifferenceOf,
} from './order-difference.ts';
import type { Payment } from './payment.ts';

const booked = order();
const open = sampleRefund({ state: 'SENT' });
const oldOpen = sampleRefund({
  state: 'SENT',
  createdAt: new Date(now.getTime() - 24 * 3_600_000 - 1),
});

test('an order that names a payment without money', () => {
  expect(orderDifferenceOf(booked, payment())).toBeNull();
  expect(orderDifferenceOf(booked, null)).toBe('BOOKING_WITHOUT_MONEY');
  expect(orderDifferenceOf(booked, payment({ paidAt: undefined }))).toBe('BOOKING_WITHOUT_MONEY');
});

test.each<[string, Partial<Payment>]>([
  ['of another order', { orderSn: 'HSO2' }],
  ['that it refused', { orderAnswer: 'REFUSED', refunded: 10_000 }],
])('an order that names a payment %s has no money', (_, given) => {
  expect(orderDifferenceOf(booked, payment(given))).toBe('BOOKING_WITHOUT_MONEY');
});

test.each<[number, number, DifferenceKind | null]>([
  [2, 2, null],
  [0, 0, null],
  [1, 2, 'NIGHTS_NOT_HELD'],
  [1, 0, 'NIGHTS_NOT_FREE'],
])('an order that holds %i nights instead of %i', (nightsHeld, nightsDue, kind) => {
  expect(nightsDifferenceOf(order({ nightsHeld, nightsDue }))).toBe(kind);
});

test('an attempt that keeps its order waiting', () => {
  const minute = 60_000;
  const waiting = (ms: number) =>
    payment({ state: 'WAIT', paidAt: undefined, payBefore: new Date(now.getTime() - ms) });
  expect(attemptDifferenceOf(waiting(10 * minute), now)).toBeNull();
  expect(attemptDifferenceOf(waiting(10 * minute + 1), now)).toBe('ATTEMPT_UNANSWERED');
  expect(attemptDifferenceOf({ ...waiting(60 * minute), state: 'CLOSED' }, now)).toBeNull();
  expect(attemptDifferenceOf(null, now)).toBeNull();
});

test('an order that is held', () => {
  expect(heldDifferenceOf(open, now)).toBeNull();
  expect(heldDifferenceOf(oldOpen, now)).toBe('REFUND_STUCK');
  expect(heldDifferenceOf({ ...oldOpen, open: false }, now)).toBeNull();
  expect(heldDifferenceOf(null, now)).toBe('HELD_WITHOUT_REFUND');
});
