import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { tokenOf } from '../secrets.ts';

const query = `subscription ($sn: ID!) {
  homestayOrderStateChanged(sn: $sn) { sn state version }
}`;
type Event = { homestayOrderStateChanged: { sn: string; state: string } };

const perSocket = 100;
/** Whose all sample orders are. */
const traveller = 'traveller-an';

export type Watching = {
  /** When a subscriber of each order learned that it is closed, once all have. */
  closed: Promise<Map<string, number>>;
  leave(): Promise<unknown>;
};

/** Subscribes to orders, each with a subscriber of its own. @returns once all have the present */
export async function watchClosings(gatewayUrl: string, sns: readonly string[]): Promise<Watching> {
  const authorization = `Bearer ${await tokenOf(traveller)}`;
  const clients = Array.from({ length: Math.ceil(sns.length / perSocket) }, () =>
    createClient({
      url: `${gatewayUrl.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization },
      retryAttempts: 0,
    }),
  );
  const closedAt = new Map<string, number>();
  let present = 0;
  let opened = () => {};
  const isOpen = new Promise<void>((resolve) => {
    opened = resolve;
  });
  const closed = new Promise<Map<string, number>>((resolve, reject) => {
    for (const [index, sn] of sns.entries())
      clients[index % clients.length]?.subscribe<Event>(
        { query, variables: { sn } },
        {
          next({ data, errors }) {
            if (!data) return reject(new Error(`no live order: ${JSON.stringify(errors)}`));
            const { state } = data.homestayOrderStateChanged;
            if (state === 'WAIT_PAY') present += 1;
            else closedAt.set(sn, Date.now());
            if (present === sns.length) opened();
            if (closedAt.size === sns.length) resolve(closedAt);
          },
          error: reject,
          complete() {},
        },
      );
  });
  await Promise.race([isOpen, closed]);
  return { closed, leave: () => Promise.all(clients.map((client) => client.dispose())) };
}
