import type { IncomingHttpHeaders } from 'node:http';
import type { GraphQLFormattedError, OperationTypeNode } from 'graphql';
import { clientLeft } from '../../runtime/gone.ts';
import type { Log } from '../../runtime/log.ts';
import { errorAttributes } from '../../runtime/tracing/error-attributes.ts';
import { nameAfter } from '../../runtime/tracing/name-spans.ts';
import { shownName } from '../../runtime/tracing/shown-name.ts';
import type { Span, TraceHeaders, Tracer } from '../../runtime/tracing/span.ts';
import type { Client } from '../usage/client.ts';
import type { OperationMetrics, Outcome } from './operation-metrics.ts';

/** What is told of one operation of a client: a line of the log, metrics, and a span of its trace. */
export type OperationRecord = {
  /** In the log, and for whom is asked on the way. */
  readonly requestId: string;
  /** Which release of which client sends it. */
  readonly client: Client;
  readonly span: Span | undefined;
  /** The operation may be executed. */
  admitted(operation: RecordedOperation): void;
  /** Errors that the client is told, beside data or in its place. */
  errors(errors: readonly GraphQLFormattedError[] | undefined): void;
  /** It is answered with something that was kept, and may be for so long still. */
  readKept(leftMs: number): void;
  /** The least of that; without end where nothing was kept. */
  readonly keptForMs: number;
  /** Nothing more is told of it. @param status of HTTP; 499 if the client has left */
  end(status?: number): void;
  /** It ends with its results, whatever becomes of the HTTP response. @returns ends it */
  endsWithResults(over: RecordedRequest['transport']): (left: boolean) => void;
};

export type RecordedOperation = {
  kind: OperationTypeNode;
  name: string | undefined;
  /** Who sends it, if that is known. */
  user: string | undefined;
};

export type RecordedRequest = {
  requestId: string;
  transport: 'http' | 'websocket' | 'sse' | 'multipart';
  client: Client;
  span: Span | undefined;
};

export type Recorder = {
  /** The span of an operation, if it is traced. */
  span(within: IncomingHttpHeaders | TraceHeaders | undefined): Span | undefined;
  begin(request: RecordedRequest): OperationRecord;
};

export type RecorderNeeds = { log: Log; metrics: OperationMetrics; tracer: Tracer | undefined };

/** What is known of an operation until it ends. */
type Known = RecordedRequest & {
  operation: RecordedOperation | undefined;
  /** Of the errors that the client was told. */
  codes: ReadonlySet<string>;
};

/** Of most operations. */
const noCodes: ReadonlySet<string> = new Set();

/** Records operations, whatever the transport. */
export const recorder = (needs: RecorderNeeds): Recorder => ({
  span: (within) => needs.tracer?.begin('GraphQL Operation', { kind: 'server', within }),
  begin(request) {
    const { requestId, transport, client, span } = request;
    const begin = performance.now();
    const operation = undefined;
    // Written out: V8 makes a shape for each object that is spread and then added to.
    const known: Known = { requestId, transport, client, span, operation, codes: noCodes };
    let keptForMs = Infinity;
    let ended = false;
    let endsByItself = false;
    const end = (status?: number) => {
      if (ended) return;
      ended = true;
      tell(needs, known, status, performance.now() - begin);
    };
    return {
      requestId,
      client,
      span,
      admitted(operation) {
        known.operation = operation;
        if (!span) return;
        nameAfter(span, operation.kind, operation.name);
        span.set({ 'graphql.client.name': client.name });
        // A stream may be open for days.
        if (operation.kind === 'subscription') span.end();
      },
      errors(errors) {
        if (!errors?.length) return;
        const codes = errors.map(({ extensions }) => String(extensions?.code));
        known.codes = new Set([...known.codes, ...codes]);
        span?.set(errorAttributes(errors));
      },
      readKept(leftMs) {
        keptForMs = Math.min(keptForMs, leftMs);
      },
      get keptForMs() {
        return keptForMs;
      },
      end(status) {
        if (!endsByItself) end(status);
      },
      endsWithResults(transport) {
        endsByItself = true;
        known.transport = transport;
        const isStream = known.operation?.kind === 'subscription';
        return (left) => end(left && !isStream ? clientLeft : undefined);
      },
    };
  },
});

function tell(
  { log, metrics }: RecorderNeeds,
  known: Known,
  status: number | undefined,
  ms: number,
) {
  const { client, codes, span, transport } = known;
  const { kind, name } = known.operation ?? {};
  const outcome = outcomeOf(codes, status);
  metrics.ended({ kind, name, client }, outcome, ms);
  if (status !== undefined && transport === 'http') metrics.responded(kind, status, ms);
  if (log.isLevelEnabled('info')) log.info(lineOf(known, status, ms), 'request');
  if (!span) return;
  if (status !== undefined) span.set({ 'http.response.status_code': status });
  span.end(outcome === 'failed' ? [...codes].join() : undefined);
}

const lineOf = (
  { requestId, transport, client, operation, codes, span }: Known,
  status: number | undefined,
  ms: number,
) => ({
  requestId,
  traceId: span?.traceId,
  transport,
  kind: operation?.kind ?? 'none',
  operation: operation?.name && shownName(operation.name),
  client: client.name,
  user: operation?.user,
  status,
  codes: codes.size > 0 ? [...codes] : undefined,
  ms: Math.round(ms),
});

/** The codes of errors that no client has caused. */
const faults = ['INTERNAL_SERVER_ERROR', 'SERVICE_UNAVAILABLE', 'OPERATION_TIMEOUT'];

function outcomeOf(codes: ReadonlySet<string>, status: number | undefined): Outcome {
  if (status === clientLeft) return 'left';
  if (codes.size === 0) return 'answered';
  if (faults.some((code) => codes.has(code))) return 'failed';
  return 'refused';
}
