import { expect, test } from '@jest/globals';
import { createLog } from '../../../runtime/log.ts';
import { closeAlarm } from './close-job.ts';

const closeAt = new Date('2026-12-01T04:20:00.000Z');

test('an alarm is set for the deadline', async () => {
  const set: unknown[] = [];
  await closeAlarm(async (...job) => void set.push(job), createLog('test', 'silent'))(closeAt);
  expect(set).toEqual([['close-orders', closeAt, { closeAt }]]);
});

test('an alarm that cannot be set is logged, and the order that it was for is none the worse', async () => {
  const lines: string[] = [];
  const log = createLog('test', 'warn', { write: (line) => void lines.push(line) });
  await closeAlarm(() => Promise.reject(new Error('the queue is away')), log)(closeAt);
  expect(lines.join()).toContain('the queue is away');
});
