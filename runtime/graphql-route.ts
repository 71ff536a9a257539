import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import {
  type ApolloServer,
  type BaseContext,
  HeaderMap,
  type HTTPGraphQLResponse,
} from '@apollo/server';
import { sentStatus } from './gone.ts';
import { type Log, withLogFields } from './log.ts';
import { BodyCutOff, BodyTooLarge, readBody } from './request-body.ts';
import { pathOf, searchOf } from './request-target.ts';
import { sendJson } from './send-json.ts';
import { inSpan, type Span, type Tracer } from './tracing/span.ts';
import { noteHeader } from './whole-response.ts';

export type GraphqlRouteOptions<Context extends BaseContext> = {
  server: ApolloServer<Context>;
  /** Makes the context of a request. What it throws is sent as a GraphQL error. */
  context: (request: IncomingMessage, response: ServerResponse) => Promise<Context>;
  log: Log;
  /** The largest request body that is read. */
  maxBodyBytes: number;
  tracer?: Tracer | undefined;
};

const requestIdShape = /^[\w-]{1,64}$/;

/**
 * Serves an Apollo Server on a node:http server. Every request has an id, in the log and in the
 * response.
 */
export function graphqlRoute<Context extends BaseContext>(
  options: GraphqlRouteOptions<Context>,
): RequestListener {
  const { server, context, log, maxBodyBytes, tracer } = options;
  return (request, response) => {
    answering({ request, response, tracer }, async () => {
      try {
        const body = request.method === 'POST' ? await readJson(request, maxBodyBytes) : undefined;
        const answer = await server.executeHTTPGraphQLRequest({
          httpGraphQLRequest: {
            method: request.method ?? 'GET',
            headers: headerMap(request),
            search: searchOf(request),
            body,
          },
          context: () => context(request, response),
        });
        await send(response, answer);
      } catch (error) {
        answerFault(response, error, log);
      }
    });
  };
}

function answerFault(response: ServerResponse, error: unknown, log: Log): void {
  if (error instanceof BadRequest) {
    refuse(response, error.status, error.code, error.message);
    return;
  }
  log.error({ err: error }, 'a request could not be answered');
  if (response.headersSent) response.destroy();
  else refuse(response, 500, 'INTERNAL_SERVER_ERROR', 'Something went wrong on our side.');
}

type Exchange = {
  request: IncomingMessage;
  response: ServerResponse;
  tracer?: Tracer | undefined;
};

/** Each log line of `work` has the request's id, and its span lasts until the response is sent. */
export function answering<T>({ request, response, tracer }: Exchange, work: () => T): T {
  const span = tracer?.begin(`${request.method} ${pathOf(request)}`, {
    kind: 'server',
    within: request.headers,
  });
  const requestId = requestIdOf(request, response, span);
  if (!span) return withLogFields({ requestId }, work);
  endSpanWith(response, span);
  return inSpan(span, () => withLogFields({ requestId, traceId: span.traceId }, work));
}

/** Ends a span when its response has been sent, or when nobody waits for it any more. */
function endSpanWith(response: ServerResponse, span: Span): void {
  response.once('close', () => {
    const { statusCode } = response;
    span.set({ 'http.response.status_code': sentStatus(response) });
    span.end(statusCode >= 500 ? String(statusCode) : undefined);
  });
}

/**
 * Gives a request an id, unless it brings one: that of its trace, if it has a span. The response
 * and the span have it too.
 */
export function requestIdOf(
  request: IncomingMessage,
  response: ServerResponse,
  span?: Span,
): string {
  const given = request.headers['x-request-id'];
  const requestId =
    typeof given === 'string' && requestIdShape.test(given)
      ? given
      : (span?.traceId ?? randomUUID());
  noteHeader(response, 'x-request-id', requestId);
  span?.set({ 'request.id': requestId });
  return requestId;
}

class BadRequest extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

async function readJson(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const body = await readBody(request, maxBytes).catch((error) => {
    if (error instanceof BodyTooLarge)
      throw new BadRequest(413, 'REQUEST_TOO_LARGE', `The request is too large: ${error.message}.`);
    if (error instanceof BodyCutOff) throw new BadRequest(400, 'BAD_REQUEST', error.message);
    throw error;
  });
  if (!request.headers['content-type']?.startsWith('application/json'))
    return body.toString('utf8');
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new BadRequest(400, 'BAD_REQUEST', 'The request body is not valid JSON.');
  }
}

const refuse = (response: ServerResponse, status: number, code: string, message: string): void => {
  if (status === 413) response.setHeader('connection', 'close');
  sendJson(response, status, { errors: [{ message, extensions: { code } }] });
};

function headerMap(request: IncomingMessage): HeaderMap {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}

async function send(response: ServerResponse, answer: HTTPGraphQLResponse): Promise<void> {
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  response.statusCode = answer.status ?? 200;
  if (answer.body.kind === 'complete') {
    response.end(answer.body.string);
    return;
  }
  for await (const chunk of answer.body.asyncIterator) response.write(chunk);
  response.end();
}
