import { expect, test } from '@jest/globals';
import { sampleNow } from '../../../testing/order/sample-order.ts';
import { closeDueOrders } from './close-due-orders.ts';

test.each([
  0, 1, 499, 500, 501, 1_300,
])('of %i due orders all are closed, however few fit into one transaction', async (due) => {
  let open = due;
  const needs = {
    now: async () => sampleNow,
    closeOverdue: async (now: Date, limit: number) => {
      expect(now).toBe(sampleNow);
      const closed = Math.min(open, limit);
      open -= closed;
      return closed;
    },
    nextCloseAt: async () => null,
  };
  expect(await closeDueOrders(needs)).toEqual({ closed: due, nextCloseAt: null });
  expect(open).toBe(0);
});
