import { type TraceStore, traceStore } from './kept-traces.ts';
import { type SpanCollector, spanCollector } from './span-collector.ts';

let kept: { store: TraceStore; collector: SpanCollector } | undefined;

/**
 * The operations that this process keeps, with the steps of all services that run in it: the first
 * service that starts says how many.
 */
export function processTraces(size: number): { store: TraceStore; collector: SpanCollector } {
  if (!kept) {
    const store = traceStore(size);
    kept = { store, collector: spanCollector(store) };
  }
  return kept;
}
