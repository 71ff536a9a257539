import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApolloServer } from '@apollo/server';
import {
  type ExecutionResult,
  GraphQLError,
  getOperationAST,
  type OperationTypeNode,
  parse,
} from 'graphql';
import { asGraphqlError, clientError, formatFault } from '../../../runtime/errors.ts';
import { sendJson } from '../../../runtime/http-server.ts';
import type { Stop } from '../../../runtime/lifecycle.ts';
import type { Log } from '../../../runtime/log.ts';
import {
  callerOf,
  type Identity,
  type IdentityVerifier,
  tokenExpired,
} from '../../admission/identity.ts';
import type { AskedOperation } from '../../admission/operation-cost.ts';
import type { GatewaySettings } from '../../settings.ts';
import type { GatewayContext } from '../../subgraphs/data-source.ts';
import type { Results, Transport } from '../subscription-metrics.ts';
import type { Subscriptions } from '../subscriptions.ts';
import { type Framing, openResultStream, type ResultStream } from './result-stream.ts';
import { multipartFraming, sseFraming } from './stream-encoding.ts';

export type HttpStreamsNeeds = {
  server: ApolloServer<GatewayContext>;
  subscriptions: Subscriptions;
  identify: IdentityVerifier;
  /** Weighs what is asked, and fills in its text where it is asked for by an id. */
  admit: (asked: AskedOperation) => AskedOperation;
  settings: GatewaySettings;
  log: Log;
};

/** An operation as a client asks for it, read and weighed. */
export type ReadOperation = {
  kind: OperationTypeNode;
  query: string;
  operationName?: string;
  variables: Record<string, unknown>;
};

/** Results in responses that go on, for whichever transport asks for them. */
export type HttpStreams = {
  read(asked: AskedOperation): ReadOperation;
  /** Begins an operation; a query or a mutation has one result. @throws GraphQL errors */
  begin(operation: ReadOperation, identity: Identity | undefined, transport: Transport): Results;
  /** Opens a response that goes on, until the token expires or we stop. @returns undefined where there are too many */
  open(
    request: IncomingMessage,
    response: ServerResponse,
    framing: Framing,
    identity: Identity | undefined,
  ): ResultStream | undefined;
  /** Answers a request by a response that goes on. */
  answer(
    request: IncomingMessage,
    response: ServerResponse,
    asked: AskedOperation,
    transport: Exclude<Transport, 'websocket'>,
  ): Promise<void>;
  /** What a client is told of an error. */
  refusal(error: unknown): ExecutionResult;
  stop: Stop;
};

const framings = { sse: sseFraming, multipart: multipartFraming };
// setTimeout takes no longer delay than this.
const maxTimerMs = 2 ** 31 - 1;

export function httpStreams(needs: HttpStreamsNeeds): HttpStreams {
  const { server, subscriptions, identify, admit, settings, log } = needs;
  const mask = formatFault(log);
  const open = new Map<ResultStream, Framing>();
  let stopped = false;

  const streams: HttpStreams = {
    read(asked) {
      const { query, variables, operationName } = admit(asked) as { [name: string]: unknown };
      if (typeof query !== 'string')
        throw clientError('BAD_REQUEST', 'An operation must have a `query`.');
      const name = typeof operationName === 'string' ? operationName : undefined;
      const kind = getOperationAST(parsed(query, settings.QUERY_MAX_TOKENS), name)?.operation;
      if (!kind)
        throw clientError(
          'OPERATION_RESOLUTION_FAILURE',
          'The document has no operation of this name.',
        );
      const given = (typeof variables === 'object' && variables) || {};
      return {
        kind,
        query,
        variables: given as Record<string, unknown>,
        ...(name ? { operationName: name } : {}),
      };
    },
    begin(operation, identity, transport) {
      const { kind, ...asked } = operation;
      if (kind === 'subscription') return subscriptions.open(asked, identity, transport);
      return oneResult(async () => {
        const contextValue = { caller: callerOf(identity) };
        const { body } = await server.executeOperation(asked, { contextValue });
        if (body.kind !== 'single') throw new Error('an answer in parts');
        return body.singleResult as ExecutionResult;
      });
    },
    open(request, response, framing, identity) {
      const refusal = stopped
        ? 'The server is being restarted. Subscribe again.'
        : open.size >= settings.SUBSCRIPTION_CONNECTIONS && 'Too many streams are open. Try again.';
      if (refusal) {
        sendJson(response, 503, refuse('SERVICE_UNAVAILABLE', refusal));
        return undefined;
      }
      const stream = openResultStream(request, response, {
        ...framing,
        heartbeatMs: settings.SUBSCRIPTION_HEARTBEAT,
      });
      open.set(stream, framing);
      const left = identity ? identity.expiresAt.getTime() - Date.now() : Number.POSITIVE_INFINITY;
      const expire = () =>
        stream.end(framing.next(refuse('UNAUTHENTICATED', tokenExpired)) + framing.complete);
      const expiry = left < maxTimerMs ? setTimeout(expire, left) : undefined;
      stream.onEnd(() => {
        clearTimeout(expiry);
        open.delete(stream);
      });
      return stream;
    },
    async answer(request, response, asked, transport) {
      const framing = framings[transport];
      try {
        const identity = await identify(request.headers.authorization);
        const operation = streams.read(asked);
        if (request.method === 'GET' && operation.kind === 'mutation')
          throw clientError('BAD_REQUEST', 'A mutation cannot be sent by GET.');
        const results = streams.begin(operation, identity, transport);
        const stream = streams.open(request, response, framing, identity);
        if (stream) await pour(results, stream, framing, streams.refusal);
        else await results.return();
      } catch (error) {
        const refusal = streams.refusal(error);
        const unauthenticated = refusal.errors?.[0]?.extensions.code === 'UNAUTHENTICATED';
        if (transport === 'multipart' || unauthenticated)
          sendJson(response, unauthenticated ? 401 : 400, refusal);
        else response.writeHead(200, framing.headers).end(framing.next(refusal) + framing.complete);
      }
    },
    refusal: (error) => ({ errors: [error].flat().map((one) => mask(asGraphqlError(one))) }),
    async stop() {
      // One that opened now would keep the server from ending.
      stopped = true;
      for (const [stream, framing] of open) stream.end(framing.interrupted);
    },
  };
  return streams;
}

/** Puts results into a response as fast as the client takes them, and leaves the subscription when it is gone. */
async function pour(
  results: Results,
  stream: ResultStream,
  framing: Framing,
  refusal: HttpStreams['refusal'],
): Promise<void> {
  stream.onEnd(() => void results.return());
  try {
    for await (const result of results) await stream.write(framing.next(result));
  } catch (error) {
    stream.end(framing.next(refusal(error)) + framing.complete);
  }
  stream.end(framing.complete);
}

const refuse = (
  code: 'SERVICE_UNAVAILABLE' | 'UNAUTHENTICATED',
  message: string,
): ExecutionResult => ({
  errors: [new GraphQLError(message, { extensions: { code } })],
});

function parsed(query: string, maxTokens: number) {
  try {
    return parse(query, { maxTokens });
  } catch (error) {
    throw clientError('GRAPHQL_PARSE_FAILED', (error as Error).message);
  }
}

async function* oneResult(run: () => Promise<ExecutionResult>): Results {
  yield await run();
}
