import { expect, test } from '@jest/globals';
import { sampleNow as now, samplePaid as payment } from '../../../testing/payment/samples.ts';
import {
  type Difference,
  differenceOf,
  type OrderStatus,
  orderDifferenceOf,
} from './difference.ts';
import type { Payment } from './payment.ts';

const order = (given: Partial<OrderStatus> = {}): OrderStatus => ({
  ...{ sn: 'HSO1', payable: false, usable: true, ended: false, paymentSn: 'PMT1', since: now },
  ...given,
});
const used = { usable: false };
const ended = { usable: false, ended: true };
const dayBefore = new Date(now.getTime() - 25 * 3_600_000);

test.each<[string, Payment, OrderStatus | null, Difference | null]>([
  ['paid and booked', payment(), order(), null],
  ['paid and used', payment(), order(used), null],
  ['given back and refunded', payment({ state: 'REFUNDED' }), order(ended), null],
  ['given back by the host after the stay', payment({ state: 'REFUNDED' }), order(used), null],
  ['refused and given back', payment({ state: 'REFUNDED', orderAnswer: 'REFUSED' }), order(), null],
  ['on its way back', payment({ state: 'REFUNDING' }), order(), null],
  [
    'on its way back for a day',
    payment({ state: 'REFUNDING', changedAt: dayBefore }),
    order(),
    'refund stuck',
  ],
  [
    'not told',
    payment({ orderAnswer: undefined }),
    order({ payable: true, usable: false }),
    'order not told of its money',
  ],
  ['refused and kept', payment({ orderAnswer: 'REFUSED' }), order(), 'refused money not returned'],
  [
    'paid, and the order names another payment',
    payment(),
    order({ paymentSn: 'PMT2' }),
    'money without a booking',
  ],
  ['paid, and there is no order', payment(), null, 'money without a booking'],
  [
    'given back, still booked',
    payment({ state: 'REFUNDED' }),
    order(),
    'money returned, order not refunded',
  ],
  ['refunded, money kept', payment(), order(ended), 'order refunded, money not returned'],
])('%s', (_, paid, booked, difference) => {
  expect(differenceOf(paid, booked, now)).toBe(difference);
});

test('an order that names a payment which has no money is a booking without money', () => {
  expect(orderDifferenceOf(payment())).toBeNull();
  expect(orderDifferenceOf(null)).toBe('booking without money');
  expect(orderDifferenceOf(payment({ paidAt: undefined }))).toBe('booking without money');
});
