import { expect, test } from '@jest/globals';
import { archiveOrders } from './archive-orders.ts';

test('orders are moved batch by batch, those whose check-out date is long ago', async () => {
  const asked: string[] = [];
  let left = 250;
  const moved = await archiveOrders({
    now: async () => new Date('2026-12-01T04:00:00Z'),
    archiveAfterDays: 365,
    archiveOrders: async (date, limit) => {
      asked.push(date);
      const some = Math.min(limit, left);
      left -= some;
      return some;
    },
  });
  expect(moved).toBe(250);
  expect(asked).toEqual(['2025-12-01', '2025-12-01', '2025-12-01']);
});
