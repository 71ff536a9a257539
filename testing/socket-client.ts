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

/** What a subscription has received. `Data` is the shape of its events. */
export type Watched<Data = Record<string, unknown>> = {
  results: {
    data?: Data | null;
    errors?: readonly { message: string; extensions?: Record<string, unknown> }[];
  }[];
  ended?: unknown;
  completed: boolean;
  leave: () => void;
};

/** Collects all results of a subscription. */
export function watch<Data = Record<string, unknown>>(
  client: Client,
  payload: SubscribePayload,
): Watched<Data> {
  const watched: Watched<Data> = { results: [], completed: false, leave: () => {} };
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
