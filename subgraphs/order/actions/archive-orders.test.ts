import { expect, jest, test } from '@jest/globals';
import { archiveOrders } from './archive-orders.ts';

test('orders are moved batch by batch, those whose check-out date is long ago', async () => {
  const asked: unknown[] = [];
  let left = 250;
  const moved = await archiveOrders({
    now: async () => new Date('2026-12-01T04:00:00Z'),
    archiveAfterDays: 365,
    archiveOrders: async (date, limit) => {
      asked.push([date, limit]);
      const some = Math.min(limit, left);
      left -= some;
      return some;
    },
  });
  expect(moved).toBe(250);
  expect(asked).toEqual(Array(3).fill(['2025-12-01', 100]));
});

test('after three seconds it ends, though more is left', async () => {
  jest.useFakeTimers();
  const moved = await archiveOrders({
    now: async () => new Date('2026-12-01T04:00:00Z'),
    archiveAfterDays: 365,
    archiveOrders: async (_, limit) => {
      jest.advanceTimersByTime(1_000);
      return limit;
    },
  });
  jest.useRealTimers();
  expect(moved).toBe(300);
});
