import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, test } from '@jest/globals';
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
