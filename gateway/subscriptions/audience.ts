import type { ExecutionResult } from 'graphql';
import {
  ConsumerTooSlow,
  type NewestWinsQueue,
  newestWinsQueue,
} from '../../runtime/newest-wins-queue.ts';
import type { Results } from './results.ts';

/** A result, and the thing of which it shows a state; undefined for the result of a mere event. */
export type Delivery = { thing: string | undefined; result: ExecutionResult };
export type Client = NewestWinsQueue<Delivery>;

/** The clients of a shared subscription. */
export type Audience = {
  /** Adds a client. It gets what is delivered to it by name, and everything once it has joined. */
  add(): { client: Client; results: Results };
  join(clients: readonly Client[]): void;
  /** Delivers to some clients, or to all that have joined. */
  deliver(deliveries: readonly Delivery[], to?: readonly Client[]): void;
  /** Ends all. */
  end(last: ExecutionResult | undefined): void;
};

export type AudienceNeeds = {
  /** How many results may wait for a slow client. */
  maxUnsent: number;
  onReplaced(): void;
  /** What a client gets last that does not take its results. */
  tooSlow(): ExecutionResult;
  /** The last client has left. */
  onEmpty(): void;
};

export function audience({ maxUnsent, onReplaced, tooSlow, onEmpty }: AudienceNeeds): Audience {
  const clients = new Set<Client>();
  const joined = new Set<Client>();

  const onEnd = (client: Client) => {
    clients.delete(client);
    joined.delete(client);
    if (clients.size === 0) onEmpty();
  };
  return {
    add() {
      const client: Client = newestWinsQueue<Delivery>({
        max: maxUnsent,
        keyOf: ({ thing }) => thing,
        onReplaced,
        onEnd: () => onEnd(client),
      });
      clients.add(client);
      return { client, results: resultsOf(client, tooSlow) };
    },
    join(newcomers) {
      for (const client of newcomers) if (clients.has(client)) joined.add(client);
    },
    deliver(deliveries, to) {
      for (const delivery of deliveries) for (const client of to ?? joined) client.push(delivery);
    },
    end(last) {
      for (const client of [...clients]) {
        if (last) client.push({ thing: undefined, result: last });
        client.end();
      }
    },
  };
}

const resultsOf = (client: Client, tooSlow: () => ExecutionResult): Results => ({
  pipe: (write) =>
    client
      .pipe(({ result }) => write(result))
      .catch(async (error) => {
        if (!(error instanceof ConsumerTooSlow)) throw error;
        await write(tooSlow());
      }),
  leave: () => void client.return(),
});
