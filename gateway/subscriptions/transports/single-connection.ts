import type { IncomingMessage, ServerResponse } from 'node:http';
import { clientError } from '../../../runtime/errors.ts';
import { sendJson } from '../../../runtime/send-json.ts';
import type { Admission } from '../../admission/admit.ts';
import { weightOfOpening } from '../../admission/charging.ts';
import type { ConnectionLimits } from '../../admission/connection-limits.ts';
import type { StreamRequest } from '../../admission/graphql-request.ts';
import type { RefusalOf } from '../../admission/refusal.ts';
import { tellBudget } from '../../http/response.ts';
import type { Results } from '../results.ts';
import type { Begin } from './begin.ts';
import type { OpenStreams } from './open-streams.ts';
import { openReservations, type Reservation } from './reservations.ts';
import { sseEncoding, sseEvent } from './sse.ts';
import { jsonOf, type StreamEncoding } from './stream-encoding.ts';

export type SingleConnectionNeeds = Pick<Admission, 'admit' | 'identify' | 'charge'> & {
  begin: Begin;
  streams: OpenStreams;
  connections: ConnectionLimits;
  refusalOf: RefusalOf;
  maxOperations: number;
};

/**
 * Answers a request of the single connection mode.
 * @returns false for any other request
 * @throws GraphQL errors
 */
export type SingleConnection = (
  request: IncomingMessage,
  response: ServerResponse,
  asked: StreamRequest,
) => Promise<boolean>;

type Exchange = {
  request: IncomingMessage;
  response: ServerResponse;
  asked: StreamRequest;
  token: string;
  to: Reservation;
};

const tokenHeader = 'x-graphql-event-stream-token';

/**
 * The single connection mode of graphql-sse's protocol, for clients that may open few connections
 * (HTTP/1 in a browser): PUT reserves a stream, GET opens it, POST begins an operation over it,
 * DELETE ends one. The stream has the rights of the user who reserved it, and its token is a
 * secret.
 */
export function singleConnection(needs: SingleConnectionNeeds): SingleConnection {
  const { identify, charge, streams, connections } = needs;
  const reservations = openReservations();

  const reserve = async (request: IncomingMessage, response: ServerResponse) => {
    const identity = await identify({ request }, request.headers.authorization);
    tellBudget(response)(await charge({ request }, identity, weightOfOpening));
    if (!identity)
      throw clientError('UNAUTHENTICATED', 'A stream is reserved for who is signed in.');
    const token = reservations.reserve(identity, connections.take(request, identity));
    response.writeHead(201, { 'content-type': 'text/plain; charset=utf-8' }).end(token);
  };
  const connect = ({ request, response, asked, token, to }: Exchange) => {
    // It may be open for days, and what is not ended counts as under way.
    asked.record.span?.end();
    if (to.stream) return sendProblem(response, 409, 'The stream is open already.');
    const { identity, release } = to;
    const encoding = encodingOf(to);
    reservations.connect(token, streams.open({ request, response, encoding, identity, release }));
  };
  const byMethod: Record<string, (exchange: Exchange) => unknown> = {
    GET: connect,
    POST: (exchange) => begin(needs, exchange),
    DELETE: end,
  };
  return async (request, response, asked) => {
    if (request.method === 'PUT') {
      await reserve(request, response);
      return true;
    }
    const token = String(request.headers[tokenHeader] ?? parameter(request, 'token') ?? '');
    if (!token && request.method !== 'DELETE') return false;
    const reserved = reservations.find(token);
    // What is begun over a stream is charged as an operation.
    if (!reserved || request.method !== 'POST')
      tellBudget(response)(await charge({ request }, reserved?.identity, weightOfOpening));
    // It may have ended meanwhile: a stream that opened now would be nobody's.
    const to = reservations.find(token);
    const answer = byMethod[request.method ?? ''];
    if (!to) sendProblem(response, 404, 'There is no such stream. Reserve one first.');
    else if (answer) await answer({ request, response, asked, token, to });
    else response.writeHead(405, { allow: 'GET, POST, PUT, DELETE' }).end();
    return true;
  };
}

async function begin(
  needs: SingleConnectionNeeds,
  { request, response, asked: { graphqlRequest, record }, to }: Exchange,
): Promise<void> {
  const id = (graphqlRequest.extensions as { operationId?: unknown } | undefined)?.operationId;
  if (typeof id !== 'string' || id === '' || !to.stream) {
    tellBudget(response)(await needs.charge({ request }, to.identity, 0));
    const why = to.stream
      ? 'The operation has no `extensions.operationId`.'
      : 'The stream is not open yet: open it by GET first.';
    throw clientError('BAD_REQUEST', why);
  }
  const admitted = await needs.admit(graphqlRequest, {
    identity: to.identity,
    request,
    record,
    charged: tellBudget(response),
  });
  // Who has left meanwhile knows of no operation, and would never end it.
  if (response.destroyed) return;
  if (to.ended) return sendProblem(response, 404, 'The stream has ended.');
  if (to.operations.has(id))
    return sendProblem(response, 409, 'An operation with this id runs already.');
  if (to.operations.size >= needs.maxOperations) {
    const most = `At most ${needs.maxOperations} operations may be open over one stream.`;
    throw clientError('TOO_MANY_SUBSCRIPTIONS', most);
  }
  const results = needs.begin(admitted, 'sse');
  to.operations.set(id, results);
  response.writeHead(202).end();
  void run(id, results, to, needs.refusalOf);
}

/** Writes the results of an operation into its stream, each with the operation's id. */
async function run(
  id: string,
  results: Results,
  to: Reservation,
  refusalOf: RefusalOf,
): Promise<void> {
  const writeNext = (json: string) =>
    to.stream?.write(sseEvent('next', `{"id":${JSON.stringify(id)},"payload":${json}}`));
  try {
    await results.pipe((result) => writeNext(jsonOf(result)));
  } catch (error) {
    await writeNext(jsonOf(refusalOf(error).result));
  }
  if (to.operations.get(id) !== results) return;
  to.operations.delete(id);
  await to.stream?.write(sseEvent('complete', JSON.stringify({ id })));
}

function end({ request, response, to }: Exchange): void {
  const id = parameter(request, 'operationId') ?? '';
  const results = to.operations.get(id);
  to.operations.delete(id);
  results?.leave();
  response.writeHead(200).end();
}

const sendProblem = (response: ServerResponse, status: number, message: string): void =>
  sendJson(response, status, { errors: [{ message }] });

const parameter = ({ url }: IncomingMessage, name: string): string | null =>
  new URLSearchParams((url ?? '').split('?')[1]).get(name);

/** What concerns the whole stream, such as an expired token, ends each operation. */
const encodingOf = ({ operations }: Reservation): StreamEncoding => ({
  ...sseEncoding,
  next: (result) =>
    [...operations.keys()]
      .map((id) => {
        const next = `{"id":${JSON.stringify(id)},"payload":${jsonOf(result)}}`;
        return sseEvent('next', next) + sseEvent('complete', JSON.stringify({ id }));
      })
      .join(''),
  complete: '',
});
