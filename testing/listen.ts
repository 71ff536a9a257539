import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../runtime/request-body.ts';
import { type Served, serve } from './serve.ts';

export type Asked = {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: Buffer;
};
export type Answered = { status: number; content?: object; headers?: Record<string, string> };

/** A small HTTP server that plays somebody else's: it answers JSON, on any free port. */
export function listen(answer: (asked: Asked) => Promise<Answered> | Answered): Promise<Served> {
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://somebody.else');
    const body = await readBody(request, 1_000_000);
    const asked = {
      method: request.method ?? '',
      path: pathname,
      query: searchParams,
      headers: request.headers,
      body,
    };
    const { status, content, headers = {} } = await answer(asked);
    const text = content ? JSON.stringify(content) : '';
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
  };
  return serve((request, response) => {
    handle(request, response).catch((error) => response.writeHead(500).end(String(error)));
  });
}
