import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, test } from '@jest/globals';
import type { Log } from '../../../runtime/log.ts';
import { testSettings } from '../../../testing/gateway/small-system.ts';
import { type HttpStreamsNeeds, httpStreams } from './http-streams.ts';
import { sseFraming } from './stream-encoding.ts';

test('after its stop no stream is opened, which would keep the server from ending', async () => {
  const streams = httpStreams({ settings: testSettings(), log: {} as Log } as HttpStreamsNeeds);
  await streams.stop();
  const sent: unknown[] = [];
  const response = {
    writeHead(status: number) {
      sent.push(status);
      return response;
    },
    end: (text: string) => sent.push(JSON.parse(text).errors[0].extensions.code),
  };
  const refused = response as unknown as ServerResponse;
  expect(streams.open({} as IncomingMessage, refused, sseFraming, undefined)).toBeUndefined();
  expect(sent).toEqual([503, 'SERVICE_UNAVAILABLE']);
});
