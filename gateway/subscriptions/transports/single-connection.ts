import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { clientError } from '../../../runtime/errors.ts';
import { sendJson } from '../../../runtime/http-server.ts';
import type { Identity, IdentityVerifier } from '../../admission/identity.ts';
import type { AskedOperation } from '../../admission/operation-cost.ts';
import type { Results } from '../subscription-metrics.ts';
import type { HttpStreams } from './http-streams.ts';
import type { Framing, ResultStream } from './result-stream.ts';
import { sseEvent, sseFraming } from './stream-encoding.ts';

/** A stream that a client has reserved, and the operations that run over it. */
type Reserved = {
  identity: Identity | undefined;
  operations: Map<string, Results>;
  stream?: ResultStream;
  unused?: NodeJS.Timeout;
};

export type SingleConnectionNeeds = {
  streams: HttpStreams;
  identify: IdentityVerifier;
  maxOperations: number;
  maxReserved: number;
};

/** Answers a request of the single connection mode. @returns false where it is none */
export type SingleConnection = (
  request: IncomingMessage,
  response: ServerResponse,
  asked: AskedOperation,
) => Promise<boolean>;

const unusedForMs = 30_000;
const tokenHeader = 'x-graphql-event-stream-token';

/**
 * The single connection mode of graphql-sse's protocol, for clients that may open few connections (HTTP/1 in a browser):
 * PUT reserves a stream, GET opens it, POST begins an operation over it, DELETE ends one. What the user of the PUT may do, the
 * stream may do: its token is a secret.
 */
export function singleConnection({
  streams,
  identify,
  maxOperations,
  maxReserved,
}: SingleConnectionNeeds): SingleConnection {
  const reserved = new Map<string, Reserved>();

  const release = (token: string) => {
    const stream = reserved.get(token);
    reserved.delete(token);
    clearTimeout(stream?.unused);
    for (const results of stream?.operations.values() ?? []) void results.return();
  };

  const reserve = async (request: IncomingMessage, response: ServerResponse) => {
    const identity = await identify(request.headers.authorization);
    if (reserved.size >= maxReserved)
      throw clientError('SERVICE_UNAVAILABLE', 'Too many streams are open. Try again.');
    const token = randomUUID();
    const unused = setTimeout(() => release(token), unusedForMs);
    reserved.set(token, { identity, operations: new Map(), unused });
    response.writeHead(201, { 'content-type': 'text/plain; charset=utf-8' }).end(token);
  };

  const connect = (
    token: string,
    to: Reserved,
    request: IncomingMessage,
    response: ServerResponse,
  ) => {
    if (to.stream)
      return sendJson(response, 409, { errors: [{ message: 'The stream is open already.' }] });
    const stream = streams.open(request, response, framingOf(to), to.identity);
    if (!stream) return;
    clearTimeout(to.unused);
    to.stream = stream;
    stream.onEnd(() => release(token));
  };

  const begin = (to: Reserved, response: ServerResponse, asked: AskedOperation) => {
    const id = (asked.extensions as { operationId?: unknown } | undefined)?.operationId;
    if (typeof id !== 'string' || id === '')
      throw clientError('BAD_REQUEST', 'The operation has no `extensions.operationId`.');
    if (!to.stream)
      throw clientError('BAD_REQUEST', 'The stream is not open yet: open it by GET first.');
    if (to.operations.has(id))
      return sendJson(response, 409, {
        errors: [{ message: 'An operation of this id runs already.' }],
      });
    if (to.operations.size >= maxOperations)
      throw clientError(
        'TOO_MANY_SUBSCRIPTIONS',
        `At most ${maxOperations} operations may be open over one stream.`,
      );
    const results = streams.begin(streams.read(asked), to.identity, 'sse');
    to.operations.set(id, results);
    response.writeHead(202).end();
    void run(id, results, to);
  };

  const run = async (id: string, results: Results, to: Reserved) => {
    const write = async (event: string, data: unknown) =>
      void (await to.stream?.write(sseEvent(event, data)));
    try {
      for await (const payload of results) await write('next', { id, payload });
    } catch (error) {
      await write('next', { id, payload: streams.refusal(error) });
    }
    if (to.operations.delete(id)) await write('complete', { id });
  };

  const end = (to: Reserved, request: IncomingMessage, response: ServerResponse) => {
    const id = parameter(request, 'operationId') ?? '';
    const results = to.operations.get(id);
    to.operations.delete(id);
    void results?.return();
    response.writeHead(200).end();
  };

  return async (request, response, asked) => {
    if (request.method === 'PUT') {
      await reserve(request, response);
      return true;
    }
    const token = String(request.headers[tokenHeader] ?? parameter(request, 'token') ?? '');
    if (!token && request.method !== 'DELETE') return false;
    const to = reserved.get(token);
    if (!to)
      sendJson(response, 404, {
        errors: [{ message: 'There is no such stream. Reserve one first.' }],
      });
    else if (request.method === 'GET') connect(token, to, request, response);
    else if (request.method === 'POST') begin(to, response, asked);
    else if (request.method === 'DELETE') end(to, request, response);
    else response.writeHead(405, { allow: 'GET, POST, PUT, DELETE' }).end();
    return true;
  };
}

const parameter = ({ url }: IncomingMessage, name: string): string | null =>
  new URLSearchParams((url ?? '').split('?')[1]).get(name);

/** What concerns the stream as a whole, such as that the token has expired, is told to each operation, as its last. */
const framingOf = ({ operations }: Reserved): Framing => ({
  ...sseFraming,
  next: (payload) =>
    [...operations.keys()]
      .map((id) => sseEvent('next', { id, payload }) + sseEvent('complete', { id }))
      .join(''),
  complete: '',
});
