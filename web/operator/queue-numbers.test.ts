import { expect, test } from '@jest/globals';
import { dueByMinute, latenesses } from './queue-numbers.ts';

const now = Date.parse('2026-12-01T10:00:00Z');
const due = (closeAt: string) => ({ closeAt: `2026-12-01T${closeAt}Z` });

test('orders are counted by the minute in which they are due, empty minutes between them too', () => {
  const orders = [due('10:00:30'), due('10:02:00'), due('10:02:59')];
  expect(dueByMinute(orders, now)).toEqual([
    { minutes: 0, value: 1 },
    { minutes: 1, value: 0 },
    { minutes: 2, value: 2 },
  ]);
});

test('what is overdue stands together, however long it is', () => {
  expect(dueByMinute([due('09:59:59'), due('08:00:00')], now)).toEqual([{ minutes: -1, value: 2 }]);
});

test('nothing waits: there is no bar', () => expect(dueByMinute([], now)).toEqual([]));

test('lateness is told of orders whose deadline passed, the oldest first', () => {
  const closed = (sn: string, cause: string, at: string) => ({
    ...{ sn, ...due('10:00:00') },
    history: [{ cause, at: `2026-12-01T${at}Z` }],
  });
  const orders = [
    closed('B', 'DEADLINE_PASSED', '10:00:00.250'),
    closed('C', 'CANCELLED_BY_TRAVELLER', '09:50:00'),
    closed('A', 'DEADLINE_PASSED', '10:00:02'),
  ];
  expect(latenesses(orders)).toEqual([
    { sn: 'A', at: '2026-12-01T10:00:02Z', value: 2 },
    { sn: 'B', at: '2026-12-01T10:00:00.250Z', value: 0.25 },
  ]);
});
