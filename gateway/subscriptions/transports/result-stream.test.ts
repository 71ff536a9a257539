import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { openResultStream } from './result-stream.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** A stream over a response whose backpressure the test controls. */
function streamTo() {
  const written: string[] = [];
  const response = Object.assign(new EventEmitter(), {
    writableNeedDrain: false,
    destroyed: false,
    writeHead() {},
    write(text: string) {
      written.push(text);
      return !response.writableNeedDrain;
    },
    end(text: string) {
      written.push(text);
    },
    destroy() {
      response.destroyed = true;
      response.emit('close');
    },
  });
  const request = { socket: { setNoDelay() {} } } as unknown as IncomingMessage;
  const stream = openResultStream(request, response as unknown as ServerResponse, {
    heartbeat: 'beat',
    heartbeatMs: 1_000,
    headers: {},
    opening: 'open',
  });
  const ended = jest.fn();
  stream.onEnd(ended);
  return { stream, response, written, ended };
}

test('a heartbeat is written at each interval until the end', () => {
  const { stream, written, ended } = streamTo();
  jest.advanceTimersByTime(3_000);
  stream.end('last');
  jest.advanceTimersByTime(3_000);
  expect(written).toEqual(['open', 'beat', 'beat', 'beat', 'last']);
  expect(ended).toHaveBeenCalledTimes(1);
});

test('a client that reads nothing is cut off after four heartbeats', () => {
  const { response, written, ended } = streamTo();
  response.writableNeedDrain = true;
  jest.advanceTimersByTime(3_999);
  expect([written, response.destroyed]).toEqual([['open'], false]);
  jest.advanceTimersByTime(1);
  expect([written, response.destroyed]).toEqual([['open'], true]);
  expect(ended).toHaveBeenCalledTimes(1);
});

test('a client that was slow for a while is not cut off', () => {
  const { response } = streamTo();
  for (let times = 0; times < 5; times += 1) {
    response.writableNeedDrain = true;
    jest.advanceTimersByTime(3_000);
    response.writableNeedDrain = false;
    jest.advanceTimersByTime(1_000);
  }
  expect(response.destroyed).toBe(false);
});

test('a write waits until a slow client has drained, or has closed', async () => {
  for (const how of ['drain', 'close']) {
    const { stream, response } = streamTo();
    response.writableNeedDrain = true;
    const written = jest.fn();
    const writing = stream.write('a result')?.then(written);
    await Promise.resolve();
    expect(written).not.toHaveBeenCalled();
    response.emit(how);
    await writing;
    expect(response.listenerCount('drain')).toBe(0);
  }
});
