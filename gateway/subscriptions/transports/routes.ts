import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OperationTypeNode } from 'graphql';
import { sendJson } from '../../../runtime/http-server.ts';
import type { AskedOperation } from '../../admission/operation-cost.ts';
import type { GatewaySettings } from '../../settings.ts';
import type { Transport } from '../subscription-metrics.ts';
import type { HttpStreams } from './http-streams.ts';
import { type SingleConnectionNeeds, singleConnection } from './single-connection.ts';

/** Answers a request by a stream where it is to be. @returns false where it is an ordinary request */
export type StreamRoute = (
  request: IncomingMessage,
  response: ServerResponse,
  asked: AskedOperation,
) => Promise<boolean>;

export type StreamRoutesNeeds = {
  streams: HttpStreams;
  identify: SingleConnectionNeeds['identify'];
  /** The text of an operation, looked up where it is asked for by an id. */
  kindOf: (asked: AskedOperation) => OperationTypeNode | undefined;
  settings: GatewaySettings;
};

/** `/graphql/stream`, where every operation is answered by server-sent events, and `/graphql`, where subscriptions are streams. */
export function streamRoutes({ streams, identify, kindOf, settings }: StreamRoutesNeeds) {
  const single = singleConnection({
    streams,
    identify,
    maxOperations: settings.SUBSCRIPTIONS_PER_CONNECTION,
    maxReserved: settings.SUBSCRIPTION_CONNECTIONS,
  });

  const onStream: StreamRoute = async (request, response, asked) => {
    try {
      if (!isJsonOrNoBody(request)) return notJson(response);
      if (await single(request, response, asked)) return true;
      if (acceptedTransport(request) === 'sse')
        await streams.answer(request, response, asked, 'sse');
      else notAcceptable(response);
    } catch (error) {
      const refusal = streams.refusal(error);
      const code = refusal.errors?.[0]?.extensions.code;
      sendJson(
        response,
        code === 'UNAUTHENTICATED' ? 401 : code === 'SERVICE_UNAVAILABLE' ? 503 : 400,
        refusal,
      );
    }
    return true;
  };

  const onGraphql: StreamRoute = async (request, response, asked) => {
    if (kindOf(asked) !== 'subscription') return false;
    if (!isJsonOrNoBody(request)) return notJson(response);
    const transport = acceptedTransport(request);
    if (transport) await streams.answer(request, response, asked, transport);
    else notAcceptable(response);
    return true;
  };
  return { onStream, onGraphql };
}

/**
 * By which transport a client takes a subscription's results. One that takes both (urql does) gets server-sent events, unless
 * it asks for multipart by the protocol's own name (Apollo Client and Relay do).
 */
function acceptedTransport({
  headers: { accept = '' },
}: IncomingMessage): Exclude<Transport, 'websocket'> | undefined {
  if (/multipart\/mixed[^,]*subscriptionSpec/i.test(accept)) return 'multipart';
  if (accept.includes('text/event-stream')) return 'sse';
  return accept.includes('multipart/mixed') ? 'multipart' : undefined;
}

/** A foreign page can make a browser send other types without asking us first; this one it can't. */
const isJsonOrNoBody = ({ method, headers }: IncomingMessage): boolean =>
  method !== 'POST' || (headers['content-type'] ?? '').startsWith('application/json');

function notJson(response: ServerResponse): true {
  sendJson(response, 415, refusal('The body must be sent as `application/json`.'));
  return true;
}

const notAcceptable = (response: ServerResponse): void =>
  sendJson(
    response,
    406,
    refusal(
      'A subscription is answered by a stream: accept `text/event-stream` or `multipart/mixed;subscriptionSpec=1.0`, or subscribe over a WebSocket (graphql-transport-ws).',
    ),
  );

const refusal = (message: string) => ({
  errors: [{ message, extensions: { code: 'BAD_REQUEST' } }],
});
