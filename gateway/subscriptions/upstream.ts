import type { ExecutionResult } from 'graphql';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import type { CallerSigner } from '../../runtime/caller.ts';
import type { Stop } from '../../runtime/lifecycle.ts';
import type { ChangePosition } from '../../runtime/subgraph-subscriptions.ts';

/** An event as a subgraph sends it: the answer of the primary fetch, and where it stands. */
export type UpstreamEvent = ExecutionResult & { extensions?: { change?: ChangePosition } };

export type UpstreamRequest = {
  query: string;
  operationName?: string | undefined;
  variables: Record<string, unknown>;
  /** Says who asks and what they have seen already; `authorization` is signed for this one try. */
  extensions: { authorization: string; seen: Record<string, number> };
};

/** How a subscription at a subgraph ended, if not by us. */
export type UpstreamEnd =
  | { completed: true }
  | { refused: readonly { message: string }[] }
  | { lost: unknown };

/** The one connection to a subgraph that carries all subscriptions; opened when the first is, closed after the last. */
export type Upstream = {
  subscribe(
    request: UpstreamRequest,
    sink: { next(event: UpstreamEvent): void; end(how: UpstreamEnd): void },
  ): () => void;
  stop: Stop;
};

const pingEveryMs = 5_000;
const pongWithinMs = 3_000;
const maxMessageBytes = 4_000_000;

/** @param url where the subgraph serves graphql-transport-ws */
export function openUpstream(url: string, sign: CallerSigner): Upstream {
  let pongLate: NodeJS.Timeout | undefined;
  const client = createClient({
    url,
    webSocketImpl: class extends WebSocket {
      constructor(address: string, protocol: string) {
        super(address, protocol, {
          maxPayload: maxMessageBytes,
          handshakeTimeout: 3_000,
          perMessageDeflate: false,
        });
      }
    },
    // It comes back by itself only without telling; what happened in between would be missed.
    retryAttempts: 0,
    connectionParams: async () => ({
      authorization: await sign({ service: 'gateway', roles: [] }),
    }),
    keepAlive: pingEveryMs,
    on: {
      ping: (received) => {
        if (!received) pongLate = setTimeout(() => client.terminate(), pongWithinMs);
      },
      pong: (received) => {
        if (received) clearTimeout(pongLate);
      },
      closed: () => clearTimeout(pongLate),
    },
  });
  return {
    subscribe: (request, { next, end }) =>
      client.subscribe(request, {
        next: (event) => next(event as UpstreamEvent),
        complete: () => end({ completed: true }),
        error: (error) => end(Array.isArray(error) ? { refused: error } : { lost: error }),
      }),
    stop: async () => {
      clearTimeout(pongLate);
      await client.dispose();
    },
  };
}
