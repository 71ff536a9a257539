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

type Subscribed = { opened(resumes: boolean): void; lost(why: unknown): void };

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
  let connection: { socket: WebSocket; resumes: boolean } | undefined;
  /** Those that wait for a connection, and those that are open over the one that is there. */
  const connecting = new Set<Subscribed>();
  const open = new Set<Subscribed>();

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
      connected(socket, acknowledgement) {
        const resumes = resumesSubscriptions(acknowledgement);
        connection = { socket: socket as WebSocket, resumes };
        for (const one of connecting) {
          open.add(one);
          one.opened(resumes);
        }
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
        // Who has come since we began to close it is not lost with it, and gets the next one.
        const lost = connection ? open : connecting;
        connection = undefined;
        // After the code 1000 the client would connect again by itself, and nobody would know.
        for (const one of [...lost]) one.lost(event);
      },
    },
  });
  return {
    subscribe(request, sink) {
      const forget = () => {
        connecting.delete(subscribed);
        open.delete(subscribed);
      };
      const ended = (how: Parameters<UpstreamSink['end']>[0]) => {
        forget();
        sink.end(how);
      };
      const subscribed: Subscribed = {
        opened: sink.onOpen,
        lost(why) {
          ended({ lost: why });
          leave();
        },
      };
      if (connection?.socket.readyState === WebSocket.OPEN) {
        open.add(subscribed);
        sink.onOpen(connection.resumes);
      } else connecting.add(subscribed);
      const leave = client.subscribe(request, {
        next: (event) => sink.next(event as UpstreamEvent),
        complete: () => ended({ completed: true }),
        error: (error) => ended(Array.isArray(error) ? { refused: error } : { lost: error }),
      });
      return () => {
        forget();
        leave();
      };
    },
    async stop() {
      noLongerWait();
      await client.dispose();
    },
  };
}
