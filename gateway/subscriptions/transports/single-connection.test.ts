import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { HttpStreams } from './http-streams.ts';
import { singleConnection } from './single-connection.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** A single connection mode that has room for one reservation and whose streams can't be opened. */
function crowded() {
  const single = singleConnection({
    streams: { open: () => undefined } as unknown as HttpStreams,
    identify: async () => undefined,
    maxOperations: 3,
    maxReserved: 1,
  });
  const ask = async (method: string, token = '') => {
    const answer = { status: 0, text: '' };
    const response = {
      writeHead(status: number) {
        answer.status = status;
        return response;
      },
      end(text = '') {
        answer.text = text;
      },
    };
    const headers = token ? { 'x-graphql-event-stream-token': token } : {};
    await single(
      { method, headers, url: '/graphql/stream' } as never as IncomingMessage,
      response as never as ServerResponse,
      {},
    );
    return answer;
  };
  return ask;
}

test('a reservation that is not used makes room for another after a while, also where its stream was refused', async () => {
  const ask = crowded();
  for (const opens of [false, true]) {
    const { status, text } = await ask('PUT');
    expect(status).toBe(201);
    if (opens) await ask('GET', text);
    await expect(ask('PUT')).rejects.toThrow('Too many streams');
    jest.advanceTimersByTime(30_000);
  }
  expect((await ask('PUT')).status).toBe(201);
});
