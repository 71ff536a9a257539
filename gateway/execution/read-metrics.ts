import { Counter, Gauge, type Registry } from 'prom-client';

/** Counts queries that were not sent, by subgraph. */
export function joinedCounter(metrics: Registry): (subgraph: string) => void {
  const joined = new Counter({
    name: 'gateway_subgraph_queries_joined_total',
    help: 'Queries that were not sent to a subgraph, because an equal one was under way.',
    labelNames: ['subgraph'],
    registers: [metrics],
  });
  return (subgraph) => joined.inc({ subgraph });
}

/** Counts what was answered from what is kept, and what had to be asked. */
export type CountReads = (subgraph: string, hits: number, misses: number) => void;

export function cacheMetrics(
  metrics: Registry,
  size: () => { bytes: number; entries: number },
): CountReads {
  const registers = [metrics];
  const reads = new Counter({
    name: 'gateway_cache_reads_total',
    help: 'Public entities and answers that were asked of a subgraph or found in the cache.',
    labelNames: ['subgraph', 'outcome'],
    registers,
  });
  for (const part of ['bytes', 'entries'] as const)
    new Gauge({
      name: `gateway_cache_${part}`,
      help: `How many ${part} the cache of public reads holds.`,
      registers,
      collect() {
        this.set(size()[part]);
      },
    });
  return (subgraph, hits, misses) => {
    if (hits > 0) reads.inc({ subgraph, outcome: 'hit' }, hits);
    if (misses > 0) reads.inc({ subgraph, outcome: 'miss' }, misses);
  };
}
