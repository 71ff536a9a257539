import WebSocket from 'ws';
import { type LiveOrder, liveOrder, onItsWay } from './live-order.ts';

export type Sockets = {
  url: string;
  /** Tokens of users, who take turns. */
  tokens: readonly string[];
};

/** A bare client: one socket with one live order. */
export type LiveSocket = { leave(): void };

const giveUpMs = 60_000;

type Message = { type: string; payload?: { data?: LiveOrder; errors?: unknown } };

/**
 * Opens a socket and subscribes to an order.
 * @param onEvent is called with how long each event was on its way
 * @returns once the order's present has come. @throws if the socket ends before, or after a minute
 */
export function openLiveSocket(
  { url, tokens }: Sockets,
  index: number,
  onEvent: (ms: number) => void = () => {},
): Promise<LiveSocket> {
  const token = tokens[index % tokens.length];
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const say = (message: object) => socket.send(JSON.stringify(message));
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => socket.terminate(), giveUpMs);
    const subscription = { query: liveOrder, variables: { sn: `HSO-live-${index}` } };
    socket.on('open', () =>
      say({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }),
    );
    socket.on('message', (data) => {
      const { type, payload } = JSON.parse(String(data)) as Message;
      if (type === 'ping') say({ type: 'pong' });
      if (type === 'connection_ack') say({ id: '1', type: 'subscribe', payload: subscription });
      if (type === 'error' || payload?.errors) {
        reject(new Error(String(data)));
        socket.terminate();
        return;
      }
      if (type !== 'next') return;
      clearTimeout(timer);
      onEvent(onItsWay(payload?.data));
      resolve({ leave: () => socket.terminate() });
    });
    socket.on('error', reject);
    socket.on('close', (code, reason) => {
      clearTimeout(timer);
      reject(new Error(`a socket ended: ${code} ${reason}`));
    });
  });
}
