import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { GraphQLError } from 'graphql';
import { handleProtocols, makeServer, type ServerOptions } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { inSlices } from './in-slices.ts';
import type { Stop } from './lifecycle.ts';
import type { Log } from './log.ts';
import { socketWriter, type WriteText } from './socket-writer.ts';

export type UpgradeRequest = Pick<IncomingMessage, 'headers' | 'socket'>;

/** What belongs to a connection, beside what graphql-ws keeps of it. */
export type SocketExtra = {
  socket: WebSocket;
  /** What matters of the request by which the socket was opened. */
  request: UpgradeRequest;
  write: WriteText;
  /** Gives back the place that the socket took. */
  release: () => void;
};

export type GraphqlWebSocketOptions = {
  http: Server;
  /** The one path at which sockets are opened. */
  path: string;
  /** How connections and operations are answered. */
  graphql: ServerOptions<Record<string, unknown>, SocketExtra>;
  /** The largest message that is read, in bytes. */
  maxMessageBytes: number;
  /**
   * Takes a place for a new socket, which is given back when it closes. What it throws refuses the
   * socket, with the HTTP status of a GraphQL error or 503.
   */
  takePlace(request: IncomingMessage): () => void;
  /** What a message is too much of, before it is parsed; then the socket is closed. */
  excessOf?(message: Buffer): string | undefined;
  /**
   * Whether one message of each socket is answered in a turn of the event loop: whoever sends
   * thousands at once keeps no other waiting.
   */
  inTurns?: boolean;
  /** Is told of each message and ping that comes, before it is answered. */
  onFrame?(extra: SocketExtra, bytes: number): void;
  /** How often a client is pinged. One that has not answered by the next time is cut off. */
  heartbeatMs?: number;
  log: Log;
};

/**
 * The close code that tells a client to come back, here or to another copy of us (RFC 6455's
 * registry: service restart).
 */
const serviceRestart = 1012;
const internalError = 4500;
const badRequest = 4400;
const closeLimitMs = 2_000;

/**
 * Serves the graphql-transport-ws protocol on an HTTP server. Its stop asks clients to come back
 * elsewhere.
 */
export function serveGraphqlWebSocket(options: GraphqlWebSocketOptions): { stop: Stop } {
  const { http, path, maxMessageBytes, takePlace, inTurns = false } = options;
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    allowSynchronousEvents: !inTurns,
    // Messages are written as they are.
    perMessageDeflate: false,
    handleProtocols,
  });
  const converse = converser(options);

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if ((request.url ?? '').split('?', 1)[0] !== path) return refuse(socket, '404 Not Found');
    let release: () => void;
    try {
      release = takePlace(request);
    } catch (error) {
      return refuse(socket, statusOf(error), headersOf(error));
    }
    socket.once('close', release);
    server.handleUpgrade(request, socket, head, (opened) =>
      converse({ socket: opened, wire: socket, request, release }),
    );
  };
  http.on('upgrade', onUpgrade);
  return {
    async stop() {
      http.off('upgrade', onUpgrade);
      await closeAll(server);
    },
  };
}

async function closeAll(server: WebSocketServer): Promise<void> {
  await inSlices(server.clients, (socket) => socket.close(serviceRestart, 'Service restart'));
  const late = setTimeout(() => {
    for (const socket of server.clients) socket.terminate();
  }, closeLimitMs);
  const closed = Array.from(
    server.clients,
    (socket) => new Promise((resolve) => socket.once('close', resolve)),
  );
  await new Promise<void>((resolve) => server.close(() => resolve()));
  await Promise.all(closed);
  clearTimeout(late);
}

type Opened = {
  socket: WebSocket;
  /** The network connection under the socket. */
  wire: Duplex;
  request: IncomingMessage;
  release: () => void;
};

/** Lets graphql-ws answer what comes over a socket. */
function converser({
  graphql,
  excessOf,
  onFrame,
  heartbeatMs = 10_000,
  log,
}: GraphqlWebSocketOptions) {
  const protocol = makeServer<Record<string, unknown>, SocketExtra>(graphql);
  return ({ socket, wire, request, release }: Opened): void => {
    socket.on('error', (error) => log.debug({ err: error }, 'a socket failed'));
    const stopHeartbeat = heartbeat(socket, heartbeatMs);
    const write = socketWriter(socket, wire);
    // The whole request would stay in memory as long as the socket.
    const kept = { headers: request.headers, socket: request.socket };
    const extra: SocketExtra = { socket, request: kept, write, release };
    for (const frame of ['ping', 'pong']) socket.on(frame, () => onFrame?.(extra, 0));
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: async (text) => write(Buffer.from(text)),
        close: (code, reason) => socket.close(code, closeReason(reason ?? '')),
        onMessage: (answer) =>
          // One message is one buffer, by the default of ws.
          socket.on('message', (data: Buffer) => {
            onFrame?.(extra, data.length);
            // What comes after it is closing is not answered.
            if (socket.readyState !== socket.OPEN) return;
            const excess = excessOf?.(data);
            if (excess) return socket.close(badRequest, `The message ${excess}`);
            const text = String(data);
            answer(text).catch((error) => closeAfter(error, text, socket, log));
          }),
      },
      extra,
    );
    socket.once('close', (code, reason) => {
      stopHeartbeat();
      closed(code, String(reason)).catch((error) =>
        log.error({ err: error }, 'a socket was not left cleanly'),
      );
    });
  };
}

/** RFC 6455, 5.5: a reason has so many bytes at most. The library names ids that clients choose. */
export const closeReason = (text: string): string =>
  Buffer.from(text)
    .subarray(0, 123)
    .toString()
    .replace(/\uFFFD$/, '');

function closeAfter(error: unknown, text: string, socket: WebSocket, log: Log): void {
  if (isServerMessage(text)) {
    socket.close(badRequest, 'Only a server may send this message');
    return;
  }
  log.error({ err: error }, 'a message could not be answered');
  socket.close(internalError, 'Internal server error');
}

const serverMessages = new Set(['connection_ack', 'next', 'error']);

/**
 * graphql-ws throws on messages that the protocol allows only to a server, as on a fault of its
 * own.
 */
const isServerMessage = (text: string): boolean => serverMessages.has(JSON.parse(text).type);

const refuse = (socket: Duplex, status: string, headers: Record<string, string> = {}): void => {
  const lines = Object.entries({ ...headers, connection: 'close', 'content-length': '0' });
  const head = [`HTTP/1.1 ${status}`, ...lines.map(([name, value]) => `${name}: ${value}`)];
  socket.end(`${head.join('\r\n')}\r\n\r\n`);
};

type HttpExtension = { status?: number; headers?: Record<string, string> };
const httpOf = (error: unknown): HttpExtension =>
  ((error as GraphQLError).extensions?.http ?? {}) as HttpExtension;

/** When to come back, and what is left. */
const headersOf = (error: unknown): Record<string, string> => httpOf(error).headers ?? {};

function statusOf(error: unknown): string {
  const { status = 503 } = httpOf(error);
  return `${status} ${STATUS_CODES[status]}`;
}

/** Cuts off a client that is gone without having said so. */
function heartbeat(socket: WebSocket, everyMs: number): () => void {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  const timer = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
  }, everyMs);
  return () => clearInterval(timer);
}
