import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { onTokenExpiry } from './token-expiry.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const day = 86_400_000;
const expiringIn = (ms: number) => ({
  userId: 'ana',
  roles: [],
  expiresAt: new Date(Date.now() + ms),
});

test.each([1, 24, 30, 100])('the expiry of a token of %d days is told on its day, once', (days) => {
  const expire = jest.fn();
  onTokenExpiry(expiringIn(days * day), expire);
  jest.advanceTimersByTime(days * day - 1);
  expect(expire).not.toHaveBeenCalled();
  jest.advanceTimersByTime(1);
  expect(expire).toHaveBeenCalledTimes(1);
  jest.advanceTimersByTime(100 * day);
  expect(expire).toHaveBeenCalledTimes(1);
});

test('nothing is told of who has left before, or of nobody', () => {
  const expire = jest.fn();
  const cancel = onTokenExpiry(expiringIn(30 * day), expire);
  jest.advanceTimersByTime(28 * day);
  cancel();
  onTokenExpiry(undefined, expire);
  jest.advanceTimersByTime(100 * day);
  expect(expire).not.toHaveBeenCalled();
});
