import type { IncomingMessage } from 'node:http';

/** The path of a request, without its query. */
export function pathOf(request: IncomingMessage): string {
  const target = targetOf(request);
  const query = target.indexOf('?');
  return query < 0 ? target : target.slice(0, query);
}

/** The query of a request with its question mark; empty if there is none. */
export const searchOf = (request: IncomingMessage): string =>
  targetOf(request).slice(pathOf(request).length);

/** What is asked for here: a proxy may send a whole address (RFC 9112, 3.2.2). */
const targetOf = ({ url = '/' }: IncomingMessage): string =>
  url.startsWith('/') ? url : url.replace(/^https?:\/\/[^/?]*/i, '');
