import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { clientError } from '../../runtime/errors.ts';
import { clientGone, type Gone, sentStatus } from '../../runtime/gone.ts';
import { requestIdOf } from '../../runtime/graphql-route.ts';
import { withLogFieldsNow } from '../../runtime/log.ts';
import { faultOf } from '../../runtime/tracing/span.ts';
import type { Admission, Admit, Admitted } from '../admission/admit.ts';
import type { StreamRequest } from '../admission/graphql-request.ts';
import type { RefusalOf } from '../admission/refusal.ts';
import type { Execute, ExecuteInParts } from '../execution/executor.ts';
import type { OperationRecord, Recorder } from '../records/operation-record.ts';
import { clientOf } from '../usage/client.ts';
import { isToBeSent } from './late-refusal.ts';
import { acceptsParts, sendParts } from './parts.ts';
import { type RequestLimits, readGraphqlRequest, requirePreflight } from './request.ts';
import { resultType, sendRefusal, sendResult, tellBudget } from './response.ts';

/** Answers by a response that stays open. */
type Stream<Asked> = (
  request: IncomingMessage,
  response: ServerResponse,
  asked: Asked,
) => Promise<unknown>;

export type EndpointNeeds = {
  admit: Admit;
  requireLeft: Admission['requireLeft'];
  readInTurn: Admission['readInTurn'];
  chargeUnread: Admission['chargeUnread'];
  late: Admission['late'];
  execute: Execute;
  executeInParts: ExecuteInParts;
  onSubscription: Stream<Admitted>;
  refusalOf: RefusalOf;
  recorder: Recorder;
  limits: RequestLimits;
  /** How many seconds caches may keep what anybody gets by GET; 0 for not at all. */
  publicFor(admitted: Admitted): number;
  /** How long an answer must be to be compressed; undefined for never. */
  compressFrom: number | undefined;
};

/**
 * GraphQL over HTTP at `/graphql`: a result for a query or a mutation, a stream for a subscription.
 */
export function graphqlEndpoint(needs: EndpointNeeds): RequestListener {
  const { admit, execute, onSubscription } = needs;

  const answer: Answer = async (request, response, { record, gone }) => {
    const admission = record.span?.child('admission', 'internal');
    let admitted: Admitted;
    try {
      const graphqlRequest = await readWithinBudget(request, response, needs);
      admitted = await admit(graphqlRequest, {
        authorization: request.headers.authorization,
        request,
        record,
        charged: tellBudget(response),
      });
    } catch (refused) {
      admission?.end(faultOf(refused));
      throw refused;
    }
    admission?.end();
    if (admitted.operation.kind === 'subscription')
      return void (await onSubscription(request, response, admitted));
    requirePreflight(request);
    requireQueryByGet(request, admitted);
    const inParts = acceptsParts(request) ? needs.executeInParts(admitted, gone) : undefined;
    if (inParts) return void (await sendParts(response, await inParts, record));
    const type = resultType(request);
    const isPublic = request.method === 'GET' && !admitted.identity;
    const result = await execute(admitted, gone);
    record.errors(result.errors);
    sendResult(response, type, result, {
      cacheForSeconds: isPublic ? Math.min(needs.publicFor(admitted), record.keptForMs / 1_000) : 0,
      compressFrom: needs.compressFrom,
    });
  };

  return orRefuse(answer, { ...needs, transport: 'http' });
}

/**
 * Streams alone, at `/graphql/stream`: each operation is answered by one, or over one that is open.
 */
export function streamEndpoint({
  onStream,
  ...needs
}: Reading &
  Pick<EndpointNeeds, 'refusalOf' | 'recorder' | 'late'> & {
    onStream: Stream<StreamRequest>;
  }): RequestListener {
  return orRefuse(
    async (request, response, { record }) => {
      const graphqlRequest = await readWithinBudget(request, response, needs);
      await onStream(request, response, { graphqlRequest, record });
    },
    { ...needs, transport: 'sse' },
  );
}

type Reading = Pick<EndpointNeeds, 'requireLeft' | 'readInTurn' | 'chargeUnread' | 'limits'>;

/**
 * Reads a request; a long one only if its sender has anything left, and in turn. One that cannot be
 * read costs too.
 */
async function readWithinBudget(
  request: IncomingMessage,
  response: ServerResponse,
  needs: Reading,
) {
  const sender = { request, charged: tellBudget(response) };
  try {
    if (!isLong(request)) return await readGraphqlRequest(request, needs.limits);
    await needs.requireLeft(sender);
    return await readGraphqlRequest(request, needs.limits, (parse) =>
      needs.readInTurn(sender, parse),
    );
  } catch (refused) {
    await needs.chargeUnread(sender, refused);
    throw refused;
  }
}

/** To read it and to parse its JSON takes longer than to see whether its sender has anything left. */
const isLong = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 10_000;

type Answer = (
  request: IncomingMessage,
  response: ServerResponse,
  about: { record: OperationRecord; gone: Gone },
) => Promise<unknown>;

const orRefuse =
  (answer: Answer, { recorder, refusalOf, late, transport }: Recording): RequestListener =>
  (request, response) => {
    const span = recorder.span(request.headers);
    const requestId = requestIdOf(request, response, span);
    const client = clientOf(request.headers);
    const record = recorder.begin({ requestId, transport, client, span });
    // Tells when the client leaves before its response.
    const gone = clientGone();
    response.on('close', () => {
      record.end(sentStatus(response));
      if (!response.writableFinished) gone.leave();
    });
    answer(request, response, { record, gone }).catch(async (error) => {
      if (response.headersSent) return void response.destroy();
      const refusal = withLogFieldsNow({ requestId }, () => refusalOf(error));
      record.errors(refusal.result.errors);
      if (await isToBeSent(late, request, response, error)) sendRefusal(request, response, refusal);
    });
  };

type Recording = Pick<EndpointNeeds, 'recorder' | 'refusalOf' | 'late'> & {
  transport: 'http' | 'sse';
};

function requireQueryByGet({ method }: IncomingMessage, { operation }: Admitted): void {
  if (method !== 'GET' || operation.kind === 'query') return;
  throw clientError('METHOD_NOT_ALLOWED', 'A mutation must be sent by POST.', {
    allow: 'POST',
  });
}
