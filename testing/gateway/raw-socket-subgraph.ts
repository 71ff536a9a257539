import { createServer } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Stop } from '../../runtime/lifecycle.ts';

/** A message of graphql-transport-ws. */
export type SocketMessage = { type: string; id?: string; payload?: unknown };

/** What a test does when a message comes. `send` takes JSON as a text too. */
export type OnMessage = (
  message: SocketMessage,
  send: (message: SocketMessage | string) => void,
  socket: WebSocket,
) => void;

/**
 * A subgraph that says over its sockets whatever a test wants. Over HTTP it answers one query.
 * @param acknowledges whether it accepts connections
 * @param pongs whether it answers pings
 */
export async function startRawSocketSubgraph(
  onMessage: OnMessage,
  { acknowledges = true, pongs = true } = {},
): Promise<{ url: string; stop: Stop }> {
  const server = createServer((_request, response) =>
    response.setHeader('content-type', 'application/json').end('{"data":{"ready":true}}'),
  );
  const sockets = new WebSocketServer({
    server,
    path: '/graphql',
    handleProtocols: () => 'graphql-transport-ws',
  });
  sockets.on('connection', (socket) => {
    const send = (message: SocketMessage | string) =>
      socket.send(typeof message === 'string' ? message : JSON.stringify(message));
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as SocketMessage;
      if (message.type === 'ping' && pongs) send({ type: 'pong' });
      if (message.type === 'connection_init' && acknowledges) send({ type: 'connection_ack' });
      onMessage(message, send, socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    async stop() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
