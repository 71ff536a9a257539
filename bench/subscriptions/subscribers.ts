import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import type { MeasuredProcess } from '../measured-process.ts';
import { type Figures, spreadOf } from '../rows.ts';
import { type LiveOrder, liveOrder, onItsWay } from './live-order.ts';
import type { Emit } from './stage.ts';

/** As the figures of a row are named: `cpu` and `perSecond` are of events with all deliveries. */
export type Measured = Required<Pick<Figures, 'perSecond' | 'p50' | 'p99' | 'cpu' | 'memory'>>;

export type Run = {
  gatewayUrl: string;
  usage: MeasuredProcess['usage'];
  token: string;
  stage: ChildProcess;
  subscribers: number;
  /** The same order for all, or one for each. */
  orders: 'same' | 'distinct';
  /** How long events come as fast as they are taken, and then at a pace. */
  forMs: number;
};

const perSocket = 100;
/** Rounds on their way at once, so that the gateway never waits for us: of one event, or of one each. */
const window = { same: 8, distinct: 2 };
const pacedEventsPerSecond = 200;
const pacedDeliveriesPerSecond = 4_000;

/**
 * Subscribes that many, lets events come as fast as they are taken, and then at a pace that leaves
 * room.
 */
export async function measure({
  gatewayUrl,
  usage,
  token,
  stage,
  subscribers,
  orders,
  forMs,
}: Run): Promise<Measured> {
  const sns = Array.from(
    { length: orders === 'same' ? 1 : subscribers },
    (_, index) => `HSO${subscribers}-${orders}-${index}`,
  );
  const connect = () =>
    createClient({
      url: `${gatewayUrl.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${token}` },
      lazy: false,
      retryAttempts: 0,
    });
  const clients = Array.from({ length: Math.ceil(subscribers / perSocket) }, connect);
  await delay(100);

  let delivered = 0;
  let ended: unknown;
  let latencies: number[] | undefined;
  for (let index = 0; index < subscribers; index += 1) {
    clients[index % clients.length]?.subscribe<LiveOrder>(
      { query: liveOrder, variables: { sn: sns[index % sns.length] } },
      {
        next({ data, errors }) {
          delivered += 1;
          if (data && !errors) latencies?.push(onItsWay(data));
        },
        error: (error) => {
          ended = error;
        },
        complete() {},
      },
    );
  }
  const all = async (count: number) => {
    for (const until = Date.now() + 60_000; delivered < count; await delay(1)) {
      if (ended) throw new Error(`a subscription ended: ${JSON.stringify(ended)}`);
      if (Date.now() > until) throw new Error(`${delivered} of ${count} deliveries came`);
    }
  };
  const emit = (some: string[]) => stage.send({ emit: some } satisfies Emit);
  await all(subscribers);
  const subscribed = await usage();

  const began = performance.now();
  const ahead = window[orders] * subscribers;
  let rounds = 0;
  delivered = 0;
  while (performance.now() - began < forMs) {
    for (; rounds * subscribers < delivered + ahead; rounds += 1) emit(sns);
    await turn();
  }
  await all(rounds * subscribers);
  const seconds = (performance.now() - began) / 1000;
  const used = await usage();

  latencies = [];
  const deliveriesOfEach = subscribers / sns.length;
  const everyMs =
    1000 / Math.min(pacedEventsPerSecond, pacedDeliveriesPerSecond / deliveriesOfEach);
  const paced = delivered;
  let sent = 0;
  for (const from = performance.now(); performance.now() - from < forMs; sent += 1) {
    emit([sns[sent % sns.length] as string]);
    await delay(everyMs);
  }
  await all(paced + sent * deliveriesOfEach);
  await Promise.all(clients.map((client) => client.dispose()));
  return {
    cpu: (used.cpu - subscribed.cpu) / (rounds * sns.length),
    perSecond: (rounds * sns.length) / seconds,
    ...spreadOf(latencies),
    memory: used.memory / 1e6,
  };
}
