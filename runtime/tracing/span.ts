import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingHttpHeaders } from 'node:http';
import type { Stop } from '../lifecycle.ts';

/** What a span says of its work. Never a variable's value, a token, or what a user wrote. */
export type Attributes = Record<string, string | number | boolean>;

export type SpanKind = 'server' | 'client' | 'consumer' | 'internal';

/** Names a span to other processes, as W3C Trace Context writes it. */
export type TraceHeaders = { traceparent: string; tracestate?: string };

/** A piece of work in a trace. It is sent when it ends. */
export type Span = {
  /** Of the whole trace: 32 hexadecimal digits. */
  traceId: string;
  /** The headers by which another process makes its work a part of this one. */
  headers: TraceHeaders;
  child(name: string, kind: SpanKind, attributes?: Attributes): Span;
  rename(name: string): void;
  set(attributes: Attributes): void;
  /** @param fault an error's code or name, where the work has failed */
  end(fault?: string): void;
};

export type SpanOptions = {
  kind: SpanKind;
  attributes?: Attributes;
  /** The headers of the request that the work answers: it is a part of the trace that they name. */
  within?: Pick<IncomingHttpHeaders, string> | TraceHeaders | undefined;
};

/** Begins the spans of a service that are a part of no other span of this process. */
export type Tracer = {
  begin(name: string, options: SpanOptions): Span;
  /** Sends what has ended. */
  stop: Stop;
};

const spans = new AsyncLocalStorage<Span>();

let opened = false;

/** Says that spans are made in this process from now on. */
export const tracingOpened = (): void => {
  opened = true;
};

/** Whether spans are made in this process. */
export const isTraced = (): boolean => opened;

/** The span of the work that runs now. None while tracing is off. */
export const currentSpan = (): Span | undefined => spans.getStore();

/** Runs `work` so that what it calls belongs to the span. Without a span it just runs. */
export const inSpan = <T>(span: Span | undefined, work: () => T): T =>
  span ? spans.run(span, work) : work();

/** Runs `work` in a span that ends with it. */
export async function traced<T>(span: Span | undefined, work: () => Promise<T>): Promise<T> {
  if (!span) return work();
  try {
    const result = await inSpan(span, work);
    span.end();
    return result;
  } catch (error) {
    span.end(faultOf(error));
    throw error;
  }
}

/** How an error is named in a trace: by its code or its class, never by its message. */
export const faultOf = (error: unknown): string => {
  const { code, extensions, name } = error as {
    code?: unknown;
    extensions?: { code?: unknown };
    name?: string;
  };
  return String(extensions?.code ?? code ?? name ?? 'Error');
};
