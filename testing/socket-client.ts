import { type Client, createClient, type SubscribePayload } from 'graphql-ws';
import WebSocket from 'ws';
import { type TokenClaims, token } from './tokens.ts';

/** A client over graphql-transport-ws, with a user's token. */
export async function socketClient(
  url: string,
  claims: TokenClaims = {},
  options: object = {},
): Promise<Client> {
  return createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${await token(claims)}` },
    retryAttempts: 0,
    ...options,
  });
}

export type Watched = {
  // biome-ignore lint/suspicious/noExplicitAny: each test looks into results of another shape
  results: { data?: any; errors?: any }[];
  ended?: unknown;
  completed: boolean;
  leave: () => void;
};

/** Collects all results of a subscription. */
export function watch(client: Client, payload: SubscribePayload): Watched {
  const watched: Watched = { results: [], completed: false, leave: () => {} };
  watched.leave = client.subscribe(payload, {
    next: (result) => watched.results.push(result as never),
    error: (error) => {
      watched.ended = error;
    },
    complete: () => {
      watched.completed = true;
    },
  });
  return watched;
}
