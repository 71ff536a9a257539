import {
  type Context,
  DiagLogLevel,
  defaultTextMapGetter,
  defaultTextMapSetter,
  diag,
  type Tracer as OtelTracer,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ConsoleSpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import type { Log } from '../log.ts';
import type { ServiceName } from '../services.ts';
import type { Attributes, SpanOptions, Span as Traced, TraceHeaders, Tracer } from './span.ts';
import type { SpanCollector } from './span-collector.ts';

export type OpenTelemetryOptions = {
  service: ServiceName;
  /** None where spans are only kept here. */
  exporter: string | undefined;
  collector: SpanCollector | undefined;
  log: Log;
};

const kinds = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
};

const w3c = new W3CTraceContextPropagator();

/**
 * Traces by OpenTelemetry's SDK, which reads its other variables by itself (sampler, batches,
 * limits, the exporter's address and headers). Each service has a provider of its own and none is
 * registered globally, because several services may run in one process.
 */
export function openTelemetry(options: OpenTelemetryOptions): Tracer {
  const { service, exporter, collector, log } = options;
  diag.setLogger(diagnosticsTo(log), {
    logLevel: DiagLogLevel.WARN,
    suppressOverrideMessage: true,
  });
  const spanProcessors = [
    ...(exporter ? [new BatchSpanProcessor(exporterNamed(exporter))] : []),
    ...(collector ? [collecting(service, collector)] : []),
  ];
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': service, 'service.namespace': 'homestay' }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors,
  });
  const tracer = provider.getTracer(service);
  return {
    begin: (name, { kind, attributes = {}, within }) =>
      spanIn(tracer, contextOf(within), name, { kind, attributes }),
    // The last spans are lost with a collector that is away. That is no reason to end with an error.
    stop: () =>
      provider
        .shutdown()
        .catch((error) => log.warn({ err: error }, 'the last spans were not sent')),
  };
}

const exporterNamed = (name: string) =>
  name === 'console' ? new ConsoleSpanExporter() : new OTLPTraceExporter();

/** Tells a collector of each span. */
const collecting = (service: ServiceName, { began, ended }: SpanCollector): SpanProcessor => ({
  onStart(span) {
    const { spanId: id, traceId } = span.spanContext();
    const parentId = span.parentSpanContext?.spanId;
    const isOperation = service === 'gateway' && span.kind === SpanKind.SERVER;
    began({ id, traceId, parentId, service, name: span.name, isOperation });
  },
  onEnd(span) {
    const { name, attributes } = span;
    const fault = attributes['error.type'] ?? attributes['graphql.error.codes'];
    const type = String(attributes['graphql.operation.type']);
    ended({
      id: span.spanContext().spanId,
      name,
      fault: fault === undefined ? undefined : String(fault),
      isShort: ['query', 'mutation'].includes(type),
    });
  },
  forceFlush: async () => {},
  shutdown: async () => {},
});

type Beginning = { kind: SpanOptions['kind']; attributes: Attributes };

function spanIn(
  tracer: OtelTracer,
  parent: Context,
  name: string,
  { kind, attributes }: Beginning,
): Traced {
  const span = tracer.startSpan(name, { kind: kinds[kind], attributes }, parent);
  const context = trace.setSpan(parent, span);
  let headers: TraceHeaders | undefined;
  return {
    traceId: span.spanContext().traceId,
    get headers() {
      headers ??= headersOf(context);
      return headers;
    },
    child: (childName, childKind, more = {}) =>
      spanIn(tracer, context, childName, { kind: childKind, attributes: more }),
    rename: (newName) => void span.updateName(newName),
    set: (more) => void span.setAttributes(more),
    end(fault) {
      if (fault !== undefined)
        span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', fault);
      span.end();
    },
  };
}

const contextOf = (headers: SpanOptions['within']): Context =>
  headers ? w3c.extract(ROOT_CONTEXT, headers, defaultTextMapGetter) : ROOT_CONTEXT;

function headersOf(context: Context): TraceHeaders {
  const headers = {} as TraceHeaders;
  w3c.inject(context, headers, defaultTextMapSetter);
  return headers;
}

/** A collector that is away is worth a line; nothing else changes by it. */
function diagnosticsTo(log: Log) {
  const warn = (message: string) => log.warn({ diagnostics: message.slice(0, 300) }, 'tracing');
  const none = () => {};
  return { error: warn, warn, info: none, debug: none, verbose: none };
}
