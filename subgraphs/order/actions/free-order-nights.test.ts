import { expect, test } from '@jest/globals';
import { sampleOrder } from '../../../testing/order/sample-order.ts';
import type { Order } from '../domain/order.ts';
import { orderStates, states } from '../domain/state.ts';
import { freeOrderNights } from './free-order-nights.ts';

const needsOf = (order: Order | null) => {
  const freed: Order[] = [];
  const freeNights = async (orders: readonly Order[]) => void freed.push(...orders);
  return { freed, order: async () => order, freeNights };
};

test.each(orderStates)('nights of an order that is %s are freed if it has ended', async (state) => {
  const order = sampleOrder({ state });
  const needs = needsOf(order);
  const answer = await freeOrderNights(needs, order.sn);
  if (states[state].holdsNights)
    expect(answer).toMatchObject({
      reason: 'STATE_FORBIDS',
      message: expect.stringContaining(state),
    });
  else expect(answer).toBe(order);
  expect(needs.freed).toEqual(states[state].holdsNights ? [] : [order]);
});

test('nights of an order that is not there are not freed', async () => {
  const needs = needsOf(null);
  expect(await freeOrderNights(needs, 'HSO1')).toMatchObject({ reason: 'ORDER_UNKNOWN' });
  expect(needs.freed).toEqual([]);
});
