import { jsonOf, type StreamEncoding } from './stream-encoding.ts';

/** One event of a stream of server-sent events. @param data one line, such as JSON */
export const sseEvent = (event: string, data = ''): string => `event: ${event}\ndata: ${data}\n\n`;

/**
 * Server-sent events in the distinct connections mode of graphql-sse's protocol: a stream for each
 * operation.
 */
export const sseEncoding: StreamEncoding = {
  headers: { 'content-type': 'text/event-stream; charset=utf-8' },
  opening: ':\n\n',
  next: (result) => sseEvent('next', jsonOf(result)),
  complete: sseEvent('complete'),
  // Clients open a stream again that ends without `complete`.
  interrupted: '',
  heartbeat: ':\n\n',
};
