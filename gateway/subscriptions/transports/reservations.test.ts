import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { openReservations } from './reservations.ts';
import type { ResultStream } from './result-stream.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const ana = { userId: 'ana', roles: [], expiresAt: new Date() };

/** A reservation, how often its place was given back, and a stream that the test can end. */
function reserved() {
  const reservations = openReservations();
  const release = jest.fn();
  const token = reservations.reserve(ana, release);
  const ends: (() => void)[] = [];
  const stream = { onEnd: (end: () => void) => ends.push(end) } as unknown as ResultStream;
  return { reservations, release, token, stream, endStream: () => ends[0]?.() };
}

test('a reservation whose stream is not opened gives its place back after a while', () => {
  const { reservations, release, token } = reserved();
  jest.advanceTimersByTime(29_999);
  expect(reservations.find(token)?.identity).toBe(ana);
  jest.advanceTimersByTime(1);
  expect(reservations.find(token)).toBeUndefined();
  expect(release).toHaveBeenCalledTimes(1);
});

test('one whose stream is open lasts as long as the stream, and then leaves its operations', () => {
  const { reservations, release, token, stream, endStream } = reserved();
  reservations.connect(token, stream);
  jest.advanceTimersByTime(60_000);
  const leave = jest.fn();
  const reservation = reservations.find(token);
  reservation?.operations.set('1', { leave, pipe: async () => {} });
  endStream();
  expect([reservations.find(token), reservation?.ended]).toEqual([undefined, true]);
  expect(leave).toHaveBeenCalledTimes(1);
  expect(release).toHaveBeenCalledTimes(1);
});
