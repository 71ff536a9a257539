import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { handleProtocols, makeServer, type ServerOptions } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Stop } from './lifecycle.ts';
import type { Log } from './log.ts';

/** What graphql-ws keeps of a connection for us. */
export type SocketExtra = { socket: WebSocket; request: IncomingMessage };

export type GraphqlWebSocketOptions = {
  http: Server;
  /** The one path at which sockets are opened. */
  path: string;
  /** How connections and operations are answered. */
  graphql: ServerOptions<Record<string, unknown>, SocketExtra>;
  /** The largest message that is read, in bytes. */
  maxMessageBytes: number;
  /** How many sockets may be open at once; more are refused with 503. */
  maxSockets: number;
  /** How often a client is asked whether it is there; one that has not answered by the next time is cut off. */
  heartbeatMs?: number;
  log: Log;
};

/** The close code that tells a client to come back, here or to another copy of us (RFC 6455's registry: service restart). */
const serviceRestart = 1012;
const internalError = 4500;
const badRequest = 4400;
const closeLimitMs = 2_000;

/** Serves the graphql-transport-ws protocol on an HTTP server. Its stop asks clients to come back elsewhere. */
export function serveGraphqlWebSocket(options: GraphqlWebSocketOptions): {
  sockets: ReadonlySet<WebSocket>;
  stop: Stop;
} {
  const { http, path, graphql, maxMessageBytes, maxSockets, heartbeatMs = 10_000, log } = options;
  const protocol = makeServer<Record<string, unknown>, SocketExtra>(graphql);
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    handleProtocols,
  });

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if ((request.url ?? '').split('?', 1)[0] !== path) return refuse(socket, '404 Not Found');
    if (server.clients.size >= maxSockets) return refuse(socket, '503 Service Unavailable');
    server.handleUpgrade(request, socket, head, (opened) => converse(opened, request));
  };

  const converse = (socket: WebSocket, request: IncomingMessage) => {
    socket.on('error', (error) => log.debug({ err: error }, 'a socket failed'));
    const stopHeartbeat = heartbeat(socket, heartbeatMs);
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        // Resolves once it is handed to the network, so that who sends waits for a slow client.
        send: (data) =>
          new Promise((resolve) =>
            socket.readyState === socket.OPEN ? socket.send(data, () => resolve()) : resolve(),
          ),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (answer) =>
          socket.on('message', (data) => {
            answer(String(data)).catch((error) => {
              if (isServerMessage(String(data))) {
                socket.close(badRequest, 'Only a server may send this message');
                return;
              }
              log.error({ err: error }, 'a message could not be answered');
              socket.close(internalError, 'Internal server error');
            });
          }),
      },
      { socket, request },
    );
    socket.once('close', (code, reason) => {
      stopHeartbeat();
      closed(code, String(reason)).catch((error) =>
        log.error({ err: error }, 'a socket was not left cleanly'),
      );
    });
  };

  http.on('upgrade', onUpgrade);
  return {
    sockets: server.clients,
    async stop() {
      http.off('upgrade', onUpgrade);
      for (const socket of server.clients) socket.close(serviceRestart, 'Service restart');
      const late = setTimeout(() => {
        for (const socket of server.clients) socket.terminate();
      }, closeLimitMs);
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await Promise.all(
        Array.from(
          server.clients,
          (socket) => new Promise((resolve) => socket.once('close', resolve)),
        ),
      );
      clearTimeout(late);
    },
  };
}

const serverMessages = new Set(['connection_ack', 'next', 'error']);

/** graphql-ws throws on messages that the protocol allows only to a server, as on a fault of its own. */
const isServerMessage = (text: string): boolean => serverMessages.has(JSON.parse(text).type);

const refuse = (socket: Duplex, status: string): void =>
  void socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);

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
