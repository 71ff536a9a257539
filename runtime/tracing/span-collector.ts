import type { KeptSpan, KeptTrace, TraceStore } from './kept-traces.ts';

/** What is known of a span when it begins. */
export type BegunSpan = {
  id: string;
  traceId: string;
  parentId: string | undefined;
  service: string;
  name: string;
  /** A client's operation at the gateway: what it begins is kept. */
  isOperation: boolean;
};

export type EndedSpan = {
  id: string;
  name: string;
  fault?: string | undefined;
  /** Whether an operation was a query or a mutation. A stream may be open for days. */
  isShort: boolean;
};

export type SpanCollector = ReturnType<typeof spanCollector>;

const maxSpans = 100;
const maxUnderWay = 1_000;
const maxNameLength = 100;

type Place = { trace: KeptTrace; index: number; ids: string[] };

/**
 * Puts the spans of all services of this process together, by operation, until it ends. What a
 * process does by itself, and what belongs to an operation at another process, is not collected.
 */
export function spanCollector(store: TraceStore, clock = () => performance.now()) {
  const places = new Map<string, Place>();
  const beginnings = new WeakMap<KeptTrace, number>();
  let underWay = 0;
  const sinceBegin = (trace: KeptTrace) => clock() - (beginnings.get(trace) ?? 0);
  const within = (span: BegunSpan, place: Omit<Place, 'index'>, parent: number | null) => {
    const { trace, ids } = place;
    const { service, name } = span;
    const start = round(sinceBegin(trace));
    const index = trace.spans.push({ parent, service, name, start, ms: null }) - 1;
    places.set(span.id, { trace, index, ids });
    ids.push(span.id);
  };

  return {
    began(span: BegunSpan): void {
      const parent = span.parentId === undefined ? undefined : places.get(span.parentId);
      if (span.isOperation && underWay < maxUnderWay) {
        underWay += 1;
        const at = new Date().toISOString();
        const trace: KeptTrace = { traceId: span.traceId, at, spans: [], left: 0 };
        beginnings.set(trace, clock());
        within(span, { trace, ids: [] }, null);
      } else if (parent && parent.trace.spans.length >= maxSpans) parent.trace.left += 1;
      else if (parent) within(span, parent, parent.index);
    },
    ended({ id, name, fault, isShort }: EndedSpan): void {
      const place = places.get(id);
      if (!place) return;
      const { trace, index, ids } = place;
      const kept = trace.spans[index] as KeptSpan;
      kept.ms = round(sinceBegin(trace) - kept.start);
      kept.name = name.slice(0, maxNameLength);
      if (fault) kept.fault = fault.slice(0, maxNameLength);
      if (index > 0) return;
      underWay -= 1;
      for (const one of ids) places.delete(one);
      if (isShort) store.add(trace);
    },
  };
}

/** To a hundredth of a millisecond. */
const round = (ms: number): number => Math.round(ms * 100) / 100;
