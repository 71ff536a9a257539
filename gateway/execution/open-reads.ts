import type { Registry } from 'prom-client';
import type { GatewaySettings } from '../settings.ts';
import { keepingReads } from './keeping-reads.ts';
import { keptReads } from './kept-reads.ts';
import { cacheMetrics, joinedCounter } from './read-metrics.ts';
import type { Reads } from './reads.ts';
import { sharedReads } from './shared-reads.ts';

/** Reads as the settings want them: each by itself, equal ones together, public ones kept. */
export function openReads(
  { SHARE_READS, KEEP_PUBLIC_BYTES }: Pick<GatewaySettings, 'SHARE_READS' | 'KEEP_PUBLIC_BYTES'>,
  metrics: Registry,
): Reads {
  const onJoined = joinedCounter(metrics);
  const reads = SHARE_READS ? sharedReads(onJoined) : separateReads;
  const kept = KEEP_PUBLIC_BYTES === undefined ? undefined : keptReads(KEEP_PUBLIC_BYTES);
  const count = cacheMetrics(metrics, kept?.size ?? (() => ({ bytes: 0, entries: 0 })));
  return kept ? keepingReads(reads, kept, count) : reads;
}

const separateReads: Reads = {
  ask: (subgraph, request) => subgraph.ask(request),
  changed() {},
  renewed() {},
};
