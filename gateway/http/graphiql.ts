import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

/** Whether a browser asks for a page to look at, and not for the answer of a query. */
export const wantsPage = ({ method, headers, url }: IncomingMessage): boolean =>
  method === 'GET' &&
  (headers.accept ?? '').includes('text/html') &&
  !/[?&](query|extensions)=/.test(url ?? '');

/**
 * GraphiQL at the gateway's own address. Everything it needs comes with the page, so that it works
 * without a network. It is large, and made at its first visit: most gateways never see one.
 */
export function graphiqlPage(): (
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<void> {
  let page: Promise<Buffer> | undefined;
  return async (request, response) => {
    page ??= render();
    const packed = /\bgzip\b/.test(String(request.headers['accept-encoding']));
    const html = packed ? await page : await promisify(gunzip)(await page);
    response
      .writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        ...(packed ? { 'content-encoding': 'gzip' } : {}),
        'content-length': html.length,
        'cache-control': 'private, max-age=3600',
        vary: 'accept, accept-encoding',
        'x-frame-options': 'DENY',
      })
      .end(html);
  };
}

async function render(): Promise<Buffer> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const html = renderGraphiQL({
    title: 'Homestay booking',
    endpoint: '/graphql',
    // By this one, unlike a WebSocket, the headers typed into the page (a token) are sent along.
    subscriptionsProtocol: 'SSE',
    defaultQuery:
      '{\n  homestays(first: 5) {\n    nodes { id title city price { amount currency } }\n  }\n}\n',
  });
  return promisify(gzip)(html);
}
