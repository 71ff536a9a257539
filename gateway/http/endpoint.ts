import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { clientError } from '../../runtime/errors.ts';
import { clientGone, type Gone } from '../../runtime/gone.ts';
import { requestIdOf } from '../../runtime/graphql-route.ts';
import { withLogFieldsNow } from '../../runtime/log.ts';
import type { Admit, Admitted } from '../admission/admit.ts';
import type { GraphqlRequest } from '../admission/graphql-request.ts';
import type { RefusalOf } from '../admission/refusal.ts';
import type { Execute } from '../execution/executor.ts';
import { clientOf } from '../usage/client.ts';
import type { AccessLog } from './access-log.ts';
import { readGraphqlRequest, requirePreflight } from './request.ts';
import { resultType, sendRefusal, sendResult } from './response.ts';

/** Answers by a response that stays open. */
type Stream<Asked> = (
  request: IncomingMessage,
  response: ServerResponse,
  asked: Asked,
) => Promise<unknown>;

export type EndpointNeeds = {
  admit: Admit;
  execute: Execute;
  onSubscription: Stream<Admitted>;
  refusalOf: RefusalOf;
  accessLog: AccessLog;
  maxBodyBytes: number;
  /** How long caches may keep what anybody gets by GET; 0 for not at all. */
  publicCacheForMs: number;
};

/**
 * GraphQL over HTTP at `/graphql`: a result for a query or a mutation, a stream for a subscription.
 */
export function graphqlEndpoint(needs: EndpointNeeds): RequestListener {
  const { admit, execute, onSubscription, refusalOf, accessLog, maxBodyBytes } = needs;

  const answer: Answer = async (request, response, requestId) => {
    const entry = accessLog(response, requestId);
    const graphqlRequest = await readGraphqlRequest(request, maxBodyBytes);
    const admitted = await admit(graphqlRequest, {
      authorization: request.headers.authorization,
      client: () => clientOf(request.headers),
      request,
      requestId,
    });
    entry.admitted(admitted);
    for (const [name, value] of Object.entries(admitted.budget.headers))
      response.setHeader(name, value);
    if (admitted.operation.kind === 'subscription')
      return void (await onSubscription(request, response, admitted));
    requirePreflight(request);
    requireQueryByGet(request, admitted);
    const type = resultType(request);
    const isPublic = request.method === 'GET' && !admitted.identity;
    sendResult(
      response,
      type,
      await execute(admitted, goneSignal(response)),
      isPublic ? needs.publicCacheForMs : 0,
    );
  };

  return orRefuse(answer, refusalOf);
}

/**
 * Streams alone, at `/graphql/stream`: each operation is answered by one, or over one that is open.
 */
export function streamEndpoint({
  onStream,
  refusalOf,
  maxBodyBytes,
}: {
  onStream: Stream<GraphqlRequest>;
  refusalOf: RefusalOf;
  maxBodyBytes: number;
}): RequestListener {
  return orRefuse(
    async (request, response) =>
      onStream(request, response, await readGraphqlRequest(request, maxBodyBytes)),
    refusalOf,
  );
}

type Answer = (
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
) => Promise<unknown>;

const orRefuse =
  (answer: Answer, refusalOf: RefusalOf): RequestListener =>
  (request, response) => {
    const requestId = requestIdOf(request, response);
    answer(request, response, requestId).catch((error) => {
      if (response.headersSent) return void response.destroy();
      const refusal = withLogFieldsNow({ requestId }, () => refusalOf(error));
      sendRefusal(request, response, refusal);
    });
  };

/** Tells when the client leaves before its response. */
function goneSignal(response: ServerResponse): Gone {
  const gone = clientGone();
  response.once('close', () => {
    if (!response.writableFinished) gone.leave();
  });
  return gone;
}

function requireQueryByGet({ method }: IncomingMessage, { operation }: Admitted): void {
  if (method !== 'GET' || operation.kind === 'query') return;
  throw clientError('METHOD_NOT_ALLOWED', 'A mutation must be sent by POST.', {
    allow: 'POST',
  });
}
