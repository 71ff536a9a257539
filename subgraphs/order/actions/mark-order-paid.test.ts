import { expect, test } from '@jest/globals';
import { sampleNow, sampleOrder } from '../../../testing/order/sample-order.ts';
import type { Order } from '../domain/order.ts';
import { markOrderPaid } from './mark-order-paid.ts';

/** Tells an order's answer to money of 600.00 yuan by payment `PMT1`. */
async function answerOf(order: Order | null, money: { amount?: number; currency?: string } = {}) {
  const payment = {
    orderSn: order?.sn ?? 'HSO0',
    paymentSn: 'PMT1',
    amount: 60_000,
    currency: 'CNY',
    ...money,
  };
  let changed = false;
  const answer = await markOrderPaid(
    {
      now: async () => sampleNow,
      order: async () => order,
      change: async ({ paymentSn }) => {
        if (order?.state !== 'WAIT_PAY') return null;
        changed = true;
        return { ...order, state: 'WAIT_USE', ...(paymentSn ? { paymentSn } : {}) };
      },
    },
    payment,
  );
  return { answer, changed };
}

test('an order that waits takes the exact sum', async () => {
  expect(await answerOf(sampleOrder())).toEqual({ answer: 'ACCEPTED', changed: true });
});

test.each([
  ['too little', sampleOrder(), { amount: 59_999 }],
  ['too much', sampleOrder(), { amount: 60_001 }],
  ['another currency', sampleOrder(), { currency: 'USD' }],
  ['money for an order that is closed', sampleOrder({ state: 'CANCELLED' }), {}],
  [
    'money for an order that another payment has paid',
    sampleOrder({ state: 'WAIT_USE', paymentSn: 'PMT0' }),
    {},
  ],
  ['money for an order that is not there', null, {}],
])('%s is refused', async (_title, order, money) => {
  expect(await answerOf(order, money)).toEqual({ answer: 'REFUSED', changed: false });
});

test.each([
  'WAIT_USE',
  'USED',
  'REFUNDED',
  'EXPIRED',
] as const)('the payment that paid an order is told so again, although it is %s by now', async (state) => {
  expect(await answerOf(sampleOrder({ state, paymentSn: 'PMT1' }))).toEqual({
    answer: 'ACCEPTED',
    changed: false,
  });
});
