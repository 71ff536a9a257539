import { get, type IncomingMessage, type ServerResponse } from 'node:http';
import { expect, jest, test } from '@jest/globals';
import { eventually } from '../../../testing/eventually.ts';
import { serve } from '../../../testing/serve.ts';
import { openStreams } from './open-streams.ts';
import { sseEncoding } from './sse.ts';

test('no stream opens after the stop, because it would keep the server from ending', async () => {
  const streams = openStreams(1_000);
  await streams.stop();
  const stream = {
    request: {} as IncomingMessage,
    response: {} as ServerResponse,
    encoding: sseEncoding,
    identity: undefined,
    release() {},
  };
  expect(() => streams.open(stream)).toThrow('The server is being restarted');
});

test('a client that leaves before its stream opens leaves nothing open', async () => {
  const streams = openStreams(1_000);
  let come = 0;
  const [release, onEnd] = [jest.fn(), jest.fn()];
  const server = await serve((request, response) => {
    come += 1;
    response.on('close', () => {
      const stream = { request, response, encoding: sseEncoding, identity: undefined, release };
      streams.open(stream).onEnd(onEnd);
    });
  });
  try {
    const client = get(server.url).on('error', () => {});
    await eventually(() => come === 1);
    client.destroy();
    await eventually(() => release.mock.calls.length === 1 && onEnd.mock.calls.length === 1);
  } finally {
    await streams.stop();
    await server.stop();
  }
});
