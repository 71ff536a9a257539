import { expect, test } from '@jest/globals';
import { oneOrder } from '../../../testing/order/one-order.ts';
import { sampleNow, sampleOrder } from '../../../testing/order/sample-order.ts';
import type { Money, Order } from '../domain/order.ts';
import { markOrderPaid } from './mark-order-paid.ts';

/** What an order answers to money of payment `PMT1`, by default to what it costs. */
async function answerOf(order: Order | null, money: Partial<Money> = {}) {
  const { changes, ...needs } = oneOrder(order);
  const payment = { orderSn: order?.sn ?? 'HSO0', paymentSn: 'PMT1', amount: 60_000 };
  const answer = await markOrderPaid(needs, { ...payment, currency: 'CNY', ...money });
  return { answer, changes: changes.length, order: needs.held.order };
}

test('an unpaid order takes the exact amount', async () => {
  expect(await answerOf(sampleOrder())).toMatchObject({
    answer: 'ACCEPTED',
    order: { state: 'WAIT_USE', paymentSn: 'PMT1' },
  });
});

test.each([
  ['too little', sampleOrder(), { amount: 59_999 }],
  ['too much', sampleOrder(), { amount: 60_001 }],
  ['another currency', sampleOrder(), { currency: 'USD' }],
  ['money for a closed order', sampleOrder({ state: 'CANCELLED' }), {}],
  [
    'money for an order that another payment paid',
    sampleOrder({ state: 'WAIT_USE', paymentSn: 'PMT0' }),
    {},
  ],
  ['money for an unknown order', null, {}],
])('%s is refused', async (_title, order, money) => {
  expect(await answerOf(order, money)).toMatchObject({ answer: 'REFUSED', order });
});

test.each([
  'WAIT_USE',
  'USED',
  'REFUNDED',
  'EXPIRED',
] as const)('the payment that paid an order is accepted again when it is %s', async (state) => {
  expect(await answerOf(sampleOrder({ state, paymentSn: 'PMT1' }))).toMatchObject({
    answer: 'ACCEPTED',
    changes: 0,
  });
});

test.each([
  ['PMT1', 'ACCEPTED'],
  ['PMT2', 'REFUSED'],
])('an order that %s pays at the same moment answers PMT1 with %s', async (paymentSn, answer) => {
  const order = sampleOrder();
  const needs = oneOrder(order);
  const change = async () => {
    needs.held.order = { ...order, state: 'WAIT_USE', paymentSn };
    return null;
  };
  const payment = { orderSn: order.sn, paymentSn: 'PMT1', ...order.total };
  expect(await markOrderPaid({ ...needs, change }, payment)).toBe(answer);
});

test('the change names the payment and the time', async () => {
  const order = sampleOrder();
  const needs = oneOrder(order);
  await markOrderPaid(needs, { orderSn: order.sn, paymentSn: 'PMT1', ...order.total });
  expect(needs.changes).toEqual([
    { sn: order.sn, cause: 'PAID', at: sampleNow, paymentSn: 'PMT1' },
  ]);
});
