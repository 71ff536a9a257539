import { expect, test } from '@jest/globals';
import { concurrencyLimit } from './concurrency-limit.ts';

test('a key gets as many places as the limit says, and one more for each that it gives back', () => {
  const limit = concurrencyLimit(2);
  const first = limit.take('ana');
  expect(limit.take('ana')).toBeDefined();
  expect(limit.take('ana')).toBeUndefined();
  expect(limit.take('li')).toBeDefined();
  first?.();
  first?.();
  expect(limit.take('ana')).toBeDefined();
  expect(limit.take('ana')).toBeUndefined();
});
