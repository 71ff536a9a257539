import WebSocket from 'ws';

export type Sockets = {
  url: string;
  /** Tokens of users, who take turns. */
  tokens: readonly string[];
};

/** A bare client: one socket with one live order. */
export type LiveSocket = { leave(): void };

const query = `subscription ($sn: ID!) {
  homestayOrderStateChanged(sn: $sn) { sn state version remark homestay { title } payment { state } }
}`;
const giveUpMs = 60_000;

type Message = {
  type: string;
  payload?: { data?: { homestayOrderStateChanged: { remark: string } }; errors?: unknown };
};

/**
 * Opens a socket and subscribes to an order.
 * @param onEvent is called with each event's instant of sending
 * @returns once the order's present has come. @throws if the socket ends before, or after a minute
 */
export function openLiveSocket(
  { url, tokens }: Sockets,
  index: number,
  onEvent: (sentAt: number) => void = () => {},
): Promise<LiveSocket> {
  const token = tokens[index % tokens.length];
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const say = (message: object) => socket.send(JSON.stringify(message));
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => socket.terminate(), giveUpMs);
    const subscription = { query, variables: { sn: `HSO-live-${index}` } };
    socket.on('open', () =>
      say({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }),
    );
    socket.on('message', (data) => {
      const { type, payload } = JSON.parse(String(data)) as Message;
      if (type === 'ping') say({ type: 'pong' });
      if (type === 'connection_ack') say({ id: '1', type: 'subscribe', payload: subscription });
      if (type === 'error' || payload?.errors) reject(new Error(String(data)));
      if (type !== 'next') return;
      clearTimeout(timer);
      onEvent(Number(payload?.data?.homestayOrderStateChanged.remark));
      resolve({ leave: () => socket.terminate() });
    });
    socket.on('error', reject);
    socket.on('close', (code, reason) => {
      clearTimeout(timer);
      reject(new Error(`a socket ended: ${code} ${reason}`));
    });
  });
}
