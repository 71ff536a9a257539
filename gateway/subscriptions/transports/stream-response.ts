import type { IncomingMessage, ServerResponse } from 'node:http';
import { clientError } from '../../../runtime/errors.ts';
import type { Admission, Admitted } from '../../admission/admit.ts';
import type { ConnectionLimits } from '../../admission/connection-limits.ts';
import type { RefusalOf } from '../../admission/refusal.ts';
import { isToBeSent } from '../../http/late-refusal.ts';
import { sendRefusal } from '../../http/response.ts';
import type { OperationRecord } from '../../records/operation-record.ts';
import type { Results } from '../results.ts';
import type { Transport } from '../subscription-metrics.ts';
import type { Begin } from './begin.ts';
import { multipartEncoding } from './multipart.ts';
import type { OpenStreams } from './open-streams.ts';
import type { ResultStream } from './result-stream.ts';
import { sseEncoding } from './sse.ts';
import type { StreamEncoding } from './stream-encoding.ts';

export type HttpTransport = Exclude<Transport, 'websocket'>;

export type StreamResponseNeeds = {
  begin: Begin;
  streams: OpenStreams;
  connections: ConnectionLimits;
  refusalOf: RefusalOf;
  late: Admission['late'];
};

/** Answers one operation by a response that stays open. */
export type StreamResponse = (
  request: IncomingMessage,
  response: ServerResponse,
  asked: {
    admit: () => Promise<Admitted>;
    record: OperationRecord;
    transport: HttpTransport;
  },
) => Promise<void>;

const encodings = { sse: sseEncoding, multipart: multipartEncoding };

export function streamResponse(needs: StreamResponseNeeds): StreamResponse {
  const { refusalOf, late } = needs;
  return async (request, response, { admit, record, transport }) => {
    const encoding = encodings[transport];
    try {
      const admitted = await admit();
      if (request.method === 'GET' && admitted.operation.kind === 'mutation')
        throw clientError('METHOD_NOT_ALLOWED', 'A mutation must be sent by POST.');
      const { results, stream } = open(needs, { request, response, admitted, transport });
      await pour(results, stream, encoding, refusalOf);
    } catch (error) {
      const refusal = refusalOf(error);
      record.errors(refusal.result.errors);
      if (!(await isToBeSent(late, request, response, error))) return;
      // Clients of server-sent events read an operation's errors from the stream only.
      if (transport === 'sse' && refusal.status === 400)
        response
          .writeHead(200, encoding.headers)
          .end(encoding.next(refusal.result) + encoding.complete);
      else sendRefusal(request, response, refusal);
    }
  };
}

type Opening = {
  request: IncomingMessage;
  response: ServerResponse;
  admitted: Admitted;
  transport: HttpTransport;
};

/** Begins the operation and opens its stream, or neither. */
function open(
  { begin, streams, connections }: StreamResponseNeeds,
  { request, response, admitted, transport }: Opening,
): { results: Results; stream: ResultStream } {
  const { identity } = admitted;
  const release = connections.take(request, identity);
  let results: Results | undefined;
  try {
    results = begin(admitted, transport);
    const encoding = encodings[transport];
    return { results, stream: streams.open({ request, response, encoding, identity, release }) };
  } catch (error) {
    results?.leave();
    release();
    throw error;
  }
}

/**
 * Writes results as fast as the client takes them. Leaves the operation when the client is gone.
 */
async function pour(
  results: Results,
  stream: ResultStream,
  encoding: StreamEncoding,
  refusalOf: RefusalOf,
): Promise<void> {
  stream.onEnd(results.leave);
  try {
    await results.pipe((result) => stream.write(encoding.next(result)));
    stream.end(encoding.complete);
  } catch (error) {
    stream.end(encoding.next(refusalOf(error).result) + encoding.complete);
  }
}
