import type { ExecutionResult } from 'graphql';
import type { Framing } from './result-stream.ts';

/** One event of a server-sent event stream. */
export const sseEvent = (event: string, data: unknown): string =>
  `event: ${event}\ndata: ${data === undefined ? '' : JSON.stringify(data)}\n\n`;

/** Server-sent events in the distinct connections mode of graphql-sse's protocol: a stream for each operation. */
export const sseFraming: Framing = {
  headers: { 'content-type': 'text/event-stream; charset=utf-8' },
  opening: ':\n\n',
  next: (result) => sseEvent('next', result),
  complete: sseEvent('complete', undefined),
  // A stream that ends without `complete` is one that clients open again.
  interrupted: '',
  heartbeat: ':\n\n',
};

const boundary = 'graphql';
const delimiter = `\r\n--${boundary}`;
// The delimiter follows at once: a client knows a part to be whole only when it sees what comes after it.
const part = (body: unknown): string =>
  `\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${JSON.stringify(body)}${delimiter}`;
const last = '--\r\n';

/** Apollo's multipart protocol for subscriptions, version 1.0: `payload` is a result, `errors` beside it ends the stream. */
export const multipartFraming: Framing = {
  headers: { 'content-type': `multipart/mixed;boundary="${boundary}";subscriptionSpec=1.0` },
  opening: delimiter,
  next: (payload: ExecutionResult) => part({ payload }),
  complete: last,
  interrupted:
    part({
      payload: null,
      errors: [
        {
          message: 'The server is being restarted. Subscribe again.',
          extensions: { code: 'SERVICE_UNAVAILABLE' },
        },
      ],
    }) + last,
  heartbeat: part({}),
};
