import { expect, test } from '@jest/globals';
import {
  type Difference,
  differenceOf,
  type OrderStanding,
  orderDifferenceOf,
} from './difference.ts';
import { newPayment, type Payment } from './payment.ts';

const now = new Date('2026-12-01T12:00:00.000Z');
const order = (given: Partial<OrderStanding> = {}): OrderStanding => ({
  ...{ sn: 'HSO', state: 'WAIT_USE', paymentSn: 'PMT', since: now },
  ...given,
});
const payment = (given: Partial<Payment> = {}): Payment => {
  const total = { amount: 10_000, currency: 'CNY' };
  const toPay = {
    ...{ sn: 'HSO', state: 'WAIT_PAY', travellerId: 'ana', hostId: 'hana' },
    total,
    closeAt: now,
  };
  const begun = newPayment(
    { ...toPay, description: '', overdue: false },
    { method: 'SANDBOX' },
    'PMT',
    now,
  );
  return { ...begun, state: 'SUCCESS', paidAt: now, orderAnswer: 'ACCEPTED', ...given };
};
const dayBefore = new Date(now.getTime() - 25 * 3_600_000);

test.each<[string, Payment, OrderStanding | undefined, Difference | undefined]>([
  ['paid and booked', payment(), order(), undefined],
  ['paid and used', payment(), order({ state: 'USED' }), undefined],
  [
    'given back and refunded',
    payment({ state: 'REFUNDED' }),
    order({ state: 'REFUNDED' }),
    undefined,
  ],
  [
    'given back by the host after the stay',
    payment({ state: 'REFUNDED' }),
    order({ state: 'USED' }),
    undefined,
  ],
  [
    'refused and given back',
    payment({ state: 'REFUNDED', orderAnswer: 'REFUSED' }),
    order(),
    undefined,
  ],
  ['on its way back', payment({ state: 'REFUNDING' }), order(), undefined],
  [
    'on its way back for a day',
    payment({ state: 'REFUNDING', changedAt: dayBefore }),
    order(),
    'refund stuck',
  ],
  [
    'not told',
    payment({ orderAnswer: undefined }),
    order({ state: 'WAIT_PAY' }),
    'order not told of its money',
  ],
  ['refused and kept', payment({ orderAnswer: 'REFUSED' }), order(), 'refused money not returned'],
  [
    'paid, and the order names another payment',
    payment(),
    order({ paymentSn: 'PMT2' }),
    'money without a booking',
  ],
  ['paid, and there is no order', payment(), undefined, 'money without a booking'],
  [
    'given back, still booked',
    payment({ state: 'REFUNDED' }),
    order(),
    'money returned, order not refunded',
  ],
  [
    'refunded, money kept',
    payment(),
    order({ state: 'REFUNDED' }),
    'order refunded, money not returned',
  ],
])('%s', (_, paid, booked, difference) => {
  expect(differenceOf(paid, booked, now)).toBe(difference);
});

test('an order that names a payment which has no money is a booking without money', () => {
  expect(orderDifferenceOf(payment())).toBeUndefined();
  expect(orderDifferenceOf(undefined)).toBe('booking without money');
  expect(orderDifferenceOf(payment({ paidAt: undefined }))).toBe('booking without money');
});
