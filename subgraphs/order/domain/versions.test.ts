import { expect, test } from '@jest/globals';
import type { Order } from './order.ts';
import { atVersion, versionBefore } from './versions.ts';

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

test('an order can be shown as it was in each of its versions', () => {
  const shown = [1, 2, 3].map((version) => atVersion(used, version));
  expect(shown.map(({ version, state, history }) => [version, state, history.length])).toEqual([
    [1, 'WAIT_PAY', 1],
    [2, 'WAIT_USE', 2],
    [3, 'USED', 3],
  ]);
  expect(shown[2]).toBe(used);
});

test('a version that is not in its history is the order as it is', () => {
  expect(atVersion(used, 4)).toBe(used);
});

test.each([
  ['2026-11-21T10:00:00Z', 0],
  ['2026-11-21T10:00:00.001Z', 3],
])('before %s an order of 10:00 had version %i', (instant, version) => {
  expect(versionBefore(used, new Date(instant))).toBe(version);
});
