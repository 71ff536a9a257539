import type { Stop } from '../../runtime/lifecycle.ts';
import { listen } from '../listen.ts';

/** A span as a collector gets it. */
export type ReceivedSpan = {
  service: string;
  name: string;
  kind: number;
  traceId: string;
  spanId: string;
  parentSpanId: string | undefined;
  attributes: Record<string, unknown>;
};

type Value = { stringValue?: string; intValue?: number; boolValue?: boolean };
type Attribute = { key: string; value: Value };
type Otlp = {
  resourceSpans: {
    resource: { attributes: Attribute[] };
    scopeSpans: { spans: (Omit<ReceivedSpan, 'attributes'> & { attributes: Attribute[] })[] }[];
  }[];
};

/** A collector of traces: OTLP over HTTP, as JSON. */
export async function startTraceReceiver(): Promise<{
  url: string;
  spans: ReceivedSpan[];
  /** All that came, as it was. */
  texts: string[];
  stop: Stop;
}> {
  const spans: ReceivedSpan[] = [];
  const texts: string[] = [];
  const { url, stop } = await listen(({ path, body }) => {
    if (path !== '/v1/traces') return { status: 404 };
    texts.push(body.toString());
    spans.push(...spansIn(JSON.parse(body.toString())));
    return { status: 200, content: {} };
  });
  return { url, spans, texts, stop };
}

const spansIn = ({ resourceSpans }: Otlp): ReceivedSpan[] =>
  resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans
      .flatMap((scope) => scope.spans)
      .map((span) => ({
        ...span,
        service: String(valuesOf(resource.attributes)['service.name']),
        parentSpanId: span.parentSpanId || undefined,
        attributes: valuesOf(span.attributes),
      })),
  );

const valuesOf = (attributes: readonly Attribute[]): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
