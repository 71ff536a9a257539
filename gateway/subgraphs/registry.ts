import type { Registry } from 'prom-client';
import { callerSigner } from '../../runtime/caller.ts';
import type { Log } from '../../runtime/log.ts';
import { subgraphNames, urlSetting } from '../../runtime/services.ts';
import type { GatewaySettings } from '../settings.ts';
import { openSubgraph, type Subgraph } from './data-source.ts';

/** The subgraphs by name. Where they are is told by the settings; the supergraph tells it only of one they don't know. */
export function openSubgraphs(settings: GatewaySettings, metrics: Registry, log: Log) {
  const sign = callerSigner(settings.SERVICE_SECRET);
  const opened = new Map<string, Subgraph>();
  const open = (name: string, url: string): Subgraph => {
    const known = opened.get(name);
    if (known) return known;
    const subgraph = openSubgraph(
      { name, url, timeoutMs: settings.SUBGRAPH_TIMEOUT },
      { sign, metrics, log },
    );
    opened.set(name, subgraph);
    return subgraph;
  };
  const own = subgraphNames.map((name) => open(name, settings[urlSetting(name)]));
  return {
    sign,
    open,
    named: (name: string) => opened.get(name) as Subgraph,
    all: () => opened.values(),
    ready: Object.fromEntries(own.map(({ name, ready }) => [name, ready])),
  };
}
