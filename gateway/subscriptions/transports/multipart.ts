import { jsonOf, type StreamEncoding } from './stream-encoding.ts';

const boundary = 'graphql';
const delimiter = `\r\n--${boundary}`;
// The delimiter follows at once: only what comes after a part tells a client that the part is
// whole.
const part = (json: string): string =>
  `\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${json}${delimiter}`;
const last = '--\r\n';

const restarting = {
  message: 'The server is being restarted. Subscribe again.',
  extensions: { code: 'SERVICE_UNAVAILABLE' },
};

/**
 * Apollo's multipart protocol for subscriptions, version 1.0. `payload` is a result; `errors`
 * beside it ends the stream.
 */
export const multipartEncoding: StreamEncoding = {
  headers: { 'content-type': `multipart/mixed;boundary="${boundary}";subscriptionSpec=1.0` },
  opening: delimiter,
  next: (result) => part(`{"payload":${jsonOf(result)}}`),
  complete: last,
  interrupted: part(JSON.stringify({ payload: null, errors: [restarting] })) + last,
  heartbeat: part('{}'),
};
