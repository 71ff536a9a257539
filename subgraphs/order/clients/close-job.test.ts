import { expect, test } from '@jest/globals';
import { createLog } from '../../../runtime/log.ts';
import { closeJobSetter } from './close-job.ts';

const closeAt = new Date('2026-12-01T04:20:00.000Z');

test('the close job is set for the deadline', async () => {
  const set: unknown[] = [];
  await closeJobSetter(async (...job) => void set.push(job), createLog('test', 'silent'))(closeAt);
  expect(set).toEqual([['close-orders', closeAt]]);
});

test('a close job that cannot be set is logged, and is no error', async () => {
  const lines: string[] = [];
  const log = createLog('test', 'warn', { write: (line) => void lines.push(line) });
  await closeJobSetter(() => Promise.reject(new Error('the queue is away')), log)(closeAt);
  expect(lines.join()).toContain('the queue is away');
});
