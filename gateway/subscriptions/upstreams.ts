import type { CallerSigner } from '../../runtime/caller.ts';
import type { Stop } from '../../runtime/lifecycle.ts';
import type { Subgraph } from '../subgraphs/data-source.ts';
import type { Upstream } from './upstream.ts';
import { sseUpstream } from './upstream-sse.ts';
import { websocketUpstream } from './upstream-websocket.ts';

/** The upstream of each subgraph, opened when it is first needed. */
export type Upstreams = {
  of(name: string): Upstream;
  /**
   * Where a subgraph serves subscriptions now, and how: another supergraph may say another place.
   */
  addressOf(name: string): string;
  stop: Stop;
};

const byProtocol = { 'graphql-ws': websocketUpstream, 'graphql-sse': sseUpstream };

export function openUpstreams(subgraph: (name: string) => Subgraph, sign: CallerSigner): Upstreams {
  const opened = new Map<string, Upstream>();
  const addressOf = (name: string) => {
    const { subscriptionProtocol, subscriptionUrl } = subgraph(name).address;
    return `${subscriptionProtocol} ${subscriptionUrl}`;
  };
  return {
    addressOf,
    of(name) {
      const address = addressOf(name);
      const known = opened.get(address);
      if (known) return known;
      const { subscriptionProtocol, subscriptionUrl } = subgraph(name).address;
      const upstream = byProtocol[subscriptionProtocol](subscriptionUrl, sign);
      opened.set(address, upstream);
      return upstream;
    },
    stop: async () => void (await Promise.all(Array.from(opened.values(), ({ stop }) => stop()))),
  };
}
