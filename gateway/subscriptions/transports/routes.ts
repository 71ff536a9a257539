import type { IncomingMessage, ServerResponse } from 'node:http';
import { clientError } from '../../../runtime/errors.ts';
import type { Admission, Admitted } from '../../admission/admit.ts';
import { weightOfOpening } from '../../admission/charging.ts';
import type { StreamRequest } from '../../admission/graphql-request.ts';
import { tellBudget } from '../../http/response.ts';
import type { SingleConnection } from './single-connection.ts';
import type { HttpTransport, StreamResponse } from './stream-response.ts';

export type StreamRoutesNeeds = Pick<Admission, 'admit' | 'charge'> & {
  single: SingleConnection;
  respond: StreamResponse;
};

export type StreamRoutes = {
  /** `/graphql/stream`: answers any operation by server-sent events. @throws GraphQL errors */
  onStream(request: IncomingMessage, response: ServerResponse, asked: StreamRequest): Promise<void>;
  /**
   * `/graphql`: answers a subscription by the stream that the client accepts.
   * @throws NOT_ACCEPTABLE
   */
  onSubscription(
    request: IncomingMessage,
    response: ServerResponse,
    admitted: Admitted,
  ): Promise<void>;
};

export const streamRoutes = ({
  admit,
  charge,
  single,
  respond,
}: StreamRoutesNeeds): StreamRoutes => ({
  async onStream(request, response, { graphqlRequest, record }) {
    if (await single(request, response, { graphqlRequest, record })) return;
    const { headers } = request;
    const charged = tellBudget(response);
    if (acceptedTransport(request) !== 'sse') {
      charged(await charge({ request }, undefined, weightOfOpening));
      throw notAcceptable();
    }
    const sender = { authorization: headers.authorization, request, record, charged };
    const admitted = () => admit(graphqlRequest, sender);
    await respond(request, response, { admit: admitted, record, transport: 'sse' });
  },
  async onSubscription(request, response, admitted) {
    const transport = acceptedTransport(request);
    if (!transport) throw notAcceptable();
    const { record } = admitted;
    await respond(request, response, { admit: async () => admitted, record, transport });
  },
});

/**
 * The transport that a client accepts for a subscription. One that accepts both (urql) gets
 * server-sent events, unless it asks for multipart by the protocol's own name (Apollo Client and
 * Relay).
 */
function acceptedTransport({
  headers: { accept = '' },
}: IncomingMessage): HttpTransport | undefined {
  if (/multipart\/mixed[^,]*subscriptionSpec/i.test(accept)) return 'multipart';
  if (/text\/event-stream/i.test(accept)) return 'sse';
  return /multipart\/mixed/i.test(accept) ? 'multipart' : undefined;
}

const notAcceptable = () =>
  clientError(
    'NOT_ACCEPTABLE',
    'A subscription is answered by a stream: accept `text/event-stream` or `multipart/mixed;subscriptionSpec=1.0`, or subscribe over a WebSocket (graphql-transport-ws).',
  );
