import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { createClient } from 'graphql-ws';
import WebSocket, { WebSocketServer } from 'ws';

/**
 * The floor: a process that subscribes at the order subgraph and sends each event to all who wait
 * for it, in a loop over bare sockets. It plans nothing, asks no other subgraph, checks nobody, and
 * never waits for a slow client. It sends the bytes that a gateway would send.
 */
const { PORT, ORDER_URL = '', AUTHORIZATION: authorization } = process.env;

type Subscriber = { socket: WebSocket; wire: Socket; head: string };
type Message = { id: string; type: string; payload: { variables: { sn: string } } };
type Shown = { sn: string; state: string; version: number; remark: string };

const upstream = createClient({
  url: `${ORDER_URL.replace('http', 'ws')}/graphql`,
  webSocketImpl: WebSocket,
  connectionParams: { authorization },
});
const query = `subscription ($sn: ID!) {
  homestayOrderStateChanged(sn: $sn) { sn state version remark homestay { id } }
}`;
const subscribers = new Map<string, Set<Subscriber>>();
/** What who comes later gets first. */
const latest = new Map<string, string>();

/** Those who wait for an order; the first of them subscribes at the subgraph. */
function waitingFor(sn: string): Set<Subscriber> {
  const known = subscribers.get(sn);
  if (known) return known;
  const waiting = new Set<Subscriber>();
  subscribers.set(sn, waiting);
  upstream.subscribe<{ homestayOrderStateChanged: Shown }>(
    { query, variables: { sn } },
    {
      next({ data }) {
        const rest = { homestay: { title: `Homestay ${sn}` }, payment: { state: 'SUCCESS' } };
        const shown = { ...data?.homestayOrderStateChanged, ...rest };
        const payload = JSON.stringify({ data: { homestayOrderStateChanged: shown } });
        latest.set(sn, payload);
        for (const { socket, wire, head } of waiting) {
          together(wire);
          socket.send(`${head}${payload}}`);
        }
      },
      error: (error) => console.error(error),
      complete() {},
    },
  );
  return waiting;
}

/** What is sent to one socket in one turn goes out by one system call. */
function together(wire: Socket): void {
  if (wire.writableCorked > 0) return;
  wire.cork();
  process.nextTick(() => wire.uncork());
}

const http = createServer((_request, response) => response.end('{"data":{"__typename":"Query"}}'));
const handleProtocols = () => 'graphql-transport-ws';
new WebSocketServer({ server: http, path: '/graphql', handleProtocols }).on(
  'connection',
  (socket, { socket: wire }) => {
    socket.setMaxListeners(0);
    socket.on('message', (data) => {
      const { id, type, payload } = JSON.parse(String(data)) as Message;
      if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
      if (type !== 'subscribe') return;
      const head = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
      const { sn } = payload.variables;
      const waiting = waitingFor(sn);
      const subscriber = { socket, wire, head };
      waiting.add(subscriber);
      const known = latest.get(sn);
      if (known) socket.send(`${head}${known}}`);
      socket.once('close', () => waiting.delete(subscriber));
    });
  },
);
http.listen({ port: Number(PORT), host: '127.0.0.1', backlog: 4_096 });
