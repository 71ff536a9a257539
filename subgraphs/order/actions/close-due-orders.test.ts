import { expect, test } from '@jest/globals';
import { sampleNow } from '../../../testing/order/sample-order.ts';
import { closeDueOrders } from './close-due-orders.ts';

test.each([
  0, 1, 499, 500, 501, 1_300,
])('%i due orders are all closed, whatever the size of a transaction', async (due) => {
  let open = due;
  const closed = await closeDueOrders({
    now: async () => sampleNow,
    closeDue: async (now, limit) => {
      expect(now).toBe(sampleNow);
      const some = Math.min(open, limit);
      open -= some;
      return some;
    },
  });
  expect(closed).toEqual({ closed: due });
  expect(open).toBe(0);
});
