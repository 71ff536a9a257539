import type { SubgraphOverride } from './subgraph-settings.ts';

/** Where a subgraph is asked and subscribed to, as the supergraph or a setting says it. */
export type SubgraphAddress = {
  /** The scheme, host and port. */
  origin: string;
  /** The path and query of GraphQL over HTTP. */
  path: string;
  /** Where it serves subscriptions, by WebSocket or by server-sent events. */
  subscriptionUrl: string;
  subscriptionProtocol: SubgraphOverride['subscriptionProtocol'];
};

/** @throws naming the subgraph, where its URL is none that can be asked */
export function subgraphAddress(
  name: string,
  url: string,
  override: Partial<SubgraphOverride> = {},
): SubgraphAddress {
  const asked = parsed(name, override.url ?? url);
  const { origin, pathname, search, href } = asked;
  const { subscriptionProtocol = 'graphql-ws' } = override;
  const subscribed = new URL(override.subscriptionUrl ?? href);
  requireNoPassword(name, asked);
  requireNoPassword(name, subscribed);
  // It is never sent, and a WebSocket cannot be opened at an address that has one.
  subscribed.hash = '';
  const subscriptionUrl =
    subscriptionProtocol === 'graphql-ws'
      ? subscribed.href.replace(/^http/, 'ws')
      : subscribed.href.replace(/^ws/, 'http');
  return { origin, path: pathname + search, subscriptionUrl, subscriptionProtocol };
}

/** Our signature stands in the header that they would be sent in. The address is not told: it has them. */
function requireNoPassword(name: string, { username, password }: URL): void {
  if (username === '' && password === '') return;
  throw new Error(`the subgraph ${name} cannot be asked: its URL has a user or a password`);
}

function parsed(name: string, url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol === 'http:' || parsed?.protocol === 'https:') return parsed;
  throw new Error(
    `the subgraph ${name} cannot be asked: its URL "${url}" is no http or https address`,
  );
}
