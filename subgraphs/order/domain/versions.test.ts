import { expect, test } from '@jest/globals';
import type { Order } from './order.ts';
import { versionsAfter } from './versions.ts';

const at = new Date('2026-11-21T10:00:00Z');
const used = {
  sn: 'HSO1',
  state: 'USED',
  version: 3,
  history: [
    { state: 'WAIT_PAY', at, cause: 'PLACED' },
    { state: 'WAIT_USE', at, cause: 'PAID' },
    { state: 'USED', at, cause: 'CHECKED_IN' },
  ],
} as Order;

test('an order tells each of its states', () => {
  const told = versionsAfter(used, 0).map(({ version, state, history }) => [
    version,
    state,
    history.length,
  ]);
  expect(told).toEqual([
    [1, 'WAIT_PAY', 1],
    [2, 'WAIT_USE', 2],
    [3, 'USED', 3],
  ]);
});

test('who has seen some gets the rest, who has seen all gets none', () => {
  expect(versionsAfter(used, 2).map(({ state }) => state)).toEqual(['USED']);
  expect(versionsAfter(used, 3)).toEqual([]);
});
