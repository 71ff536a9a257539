import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import type { CallerSigner } from '../../runtime/caller.ts';
import { resumesSubscriptions } from '../../runtime/subgraph-subscriptions.ts';
import type { Upstream, UpstreamEvent, UpstreamSink } from './upstream.ts';

/** How often it is made sure that the subgraph is there, and how long it may say nothing then. */
export type Pings = { everyMs: number; withinMs: number };

const pings: Pings = { everyMs: 5_000, withinMs: 3_000 };
const acknowledgedWithinMs = 3_000;
const maxMessageBytes = 4_000_000;

class SubgraphSocket extends WebSocket {
  constructor(address: string, protocol: string) {
    super(address, protocol, {
      maxPayload: maxMessageBytes,
      handshakeTimeout: 3_000,
      perMessageDeflate: false,
    });
  }
}

/**
 * Subscriptions by graphql-transport-ws. One connection carries them all: it opens with the first
 * and closes after the last.
 */
export function websocketUpstream(
  url: string,
  sign: CallerSigner,
  { everyMs, withinMs } = pings,
): Upstream {
  let pongLate: NodeJS.Timeout | undefined;
  let connection: { resumes: boolean } | undefined;
  const connecting = new Set<UpstreamSink>();
  /** Ends each subscription that is open. */
  const open = new Set<(how: { lost: unknown }) => void>();

  const noLongerWait = () => {
    clearTimeout(pongLate);
    pongLate = undefined;
  };
  const client = createClient({
    url,
    webSocketImpl: SubgraphSocket,
    // The client would come back without saying so, and what happened in between would be missed.
    retryAttempts: 0,
    connectionParams: async () => ({
      authorization: await sign({ service: 'gateway', roles: [] }),
    }),
    keepAlive: everyMs,
    connectionAckWaitTimeout: acknowledgedWithinMs,
    on: {
      connected(_socket, acknowledgement) {
        const opened = { resumes: resumesSubscriptions(acknowledgement) };
        connection = opened;
        for (const sink of connecting) sink.onOpen(opened.resumes);
        connecting.clear();
      },
      ping: (received) => {
        if (!received) pongLate = setTimeout(() => client.terminate(), withinMs);
      },
      // When all clients come back at once, the pong waits behind what they are sent.
      message: () => pongLate?.refresh(),
      pong: (received) => {
        if (received) noLongerWait();
      },
      closed(event) {
        noLongerWait();
        connection = undefined;
        // After the code 1000 the client would connect again by itself, and nobody would know.
        for (const end of [...open]) end({ lost: event });
      },
    },
  });
  return {
    subscribe(request, sink) {
      if (connection) sink.onOpen(connection.resumes);
      else connecting.add(sink);
      const ended = (how: Parameters<UpstreamSink['end']>[0]) => {
        connecting.delete(sink);
        open.delete(lost);
        sink.end(how);
      };
      const lost = (how: { lost: unknown }) => {
        ended(how);
        leave();
      };
      open.add(lost);
      const leave = client.subscribe(request, {
        next: (event) => sink.next(event as UpstreamEvent),
        complete: () => ended({ completed: true }),
        error: (error) => ended(Array.isArray(error) ? { refused: error } : { lost: error }),
      });
      return () => {
        connecting.delete(sink);
        open.delete(lost);
        leave();
      };
    },
    async stop() {
      noLongerWait();
      await client.dispose();
    },
  };
}
