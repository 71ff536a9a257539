import { afterEach, expect, jest, test } from '@jest/globals';
import { eventually } from '../../../testing/eventually.ts';
import { serve } from '../../../testing/serve.ts';
import { openStreams } from './open-streams.ts';
import { type SingleConnectionNeeds, singleConnection } from './single-connection.ts';

afterEach(() => {
  jest.useRealTimers();
});

test('a reservation that ends while its stream is opened has none', async () => {
  // Those of sockets go on.
  const doNotFake = ['setImmediate', 'setInterval', 'nextTick', 'queueMicrotask', 'performance'];
  jest.useFakeTimers({ doNotFake } as Parameters<typeof jest.useFakeTimers>[0]);
  const ana = { userId: 'ana', roles: [], expiresAt: new Date(Date.now() + 3_600_000) };
  const left = { headers: {}, refusal: undefined };
  let charge: () => Promise<unknown> = async () => left;
  const release = jest.fn();
  const streams = openStreams(1_000);
  const single = singleConnection({
    identify: async () => ana,
    charge: () => charge(),
    streams,
    connections: { take: () => release },
    maxOperations: 1,
  } as unknown as SingleConnectionNeeds);
  const server = await serve(
    (request, response) =>
      void single(request, response, { graphqlRequest: {}, record: {} } as never),
  );
  try {
    const reserved = await fetch(server.url, { method: 'PUT' });
    const headers = { 'x-graphql-event-stream-token': await reserved.text() };
    let charged = () => {};
    const asked = new Promise<void>((resolve) => {
      charge = () => {
        resolve();
        return new Promise((done) => {
          charged = () => done(left);
        });
      };
    });
    const opening = fetch(server.url, { headers });
    await asked;
    jest.advanceTimersByTime(30_000);
    charged();
    const { status, body } = await opening;
    await body?.cancel();
    expect([status, release.mock.calls.length]).toEqual([404, 1]);
  } finally {
    await streams.stop();
    await server.stop();
  }
});

test('an operation whose client leaves while it is admitted is not begun', async () => {
  const ana = { userId: 'ana', roles: [], expiresAt: new Date(Date.now() + 3_600_000) };
  const streams = openStreams(1_000);
  const [begin, closed, ended] = [jest.fn(), jest.fn(), jest.fn()];
  let admitted: (() => void) | undefined;
  const single = singleConnection({
    identify: async () => ana,
    charge: async () => ({ headers: {} }),
    admit: () =>
      new Promise((resolve) => {
        admitted = () => resolve({} as never);
      }),
    begin,
    streams,
    connections: { take: () => () => {} },
    maxOperations: 1,
  } as unknown as SingleConnectionNeeds);
  const graphqlRequest = { extensions: { operationId: '1' } };
  const server = await serve((request, response) => {
    if (request.method === 'POST') response.on('close', closed);
    single(request, response, { graphqlRequest, record: {} } as never).then(() => {
      if (request.method === 'POST') ended();
    }, ended);
  });
  try {
    const reserved = await fetch(server.url, { method: 'PUT' });
    const headers = { 'x-graphql-event-stream-token': await reserved.text() };
    const stream = await fetch(server.url, { headers });
    const left = new AbortController();
    const asked = fetch(server.url, { method: 'POST', headers, signal: left.signal });
    const isLeft = expect(asked).rejects.toThrow();
    await eventually(() => admitted);
    left.abort();
    await isLeft;
    await eventually(() => closed.mock.calls.length === 1);
    admitted?.();
    await eventually(() => ended.mock.calls.length === 1);
    expect(ended).toHaveBeenCalledWith();
    expect(begin).not.toHaveBeenCalled();
    await stream.body?.cancel();
  } finally {
    await streams.stop();
    await server.stop();
  }
});
