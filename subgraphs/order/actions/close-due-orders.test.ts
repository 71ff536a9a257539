import { expect, test } from '@jest/globals';
import { sampleNow } from '../../../testing/order/sample-order.ts';
import { closeDueOrders } from './close-due-orders.ts';

/** Closes while so many orders are due. */
async function closing(due: number, deadline: Date | null = null) {
  let open = due;
  const needs = {
    now: async () => sampleNow,
    closeDue: async (now: Date, limit: number) => {
      expect(now).toBe(sampleNow);
      const some = Math.min(open, limit);
      open -= some;
      return some;
    },
  };
  return { ...(await closeDueOrders(needs, deadline)), open };
}

test.each([
  0, 1, 499, 500, 501, 1_300,
])('%i due orders are all closed, whatever the size of a transaction', async (due) => {
  expect(await closing(due)).toEqual({ closed: due, dueInMs: 0, open: 0 });
});

test.each([
  [-1, 0],
  [0, 0],
  [50, 50],
  [86_400_001, 86_400_000],
])('a caller who is %i ms early is told %i', async (early, dueInMs) => {
  const deadline = new Date(sampleNow.getTime() + early);
  expect(await closing(1, deadline)).toEqual({ closed: 1, dueInMs, open: 0 });
});
