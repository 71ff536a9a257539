import { createLog } from '../../runtime/log.ts';
import { newestWinsQueue } from '../../runtime/newest-wins-queue.ts';
import { startSubgraph } from '../../runtime/subgraph.ts';
import { asEvents } from '../../runtime/subgraph-subscriptions.ts';

/** What the stage is told: show a new version of each of these orders. */
export type Emit = { emit: string[] };
/** What it says once it listens: where, by the subgraph's name. */
export type StageReady = { urls: Record<'travel' | 'order' | 'payment', string> };

type Shown = { sn: string; version: number; remark: string };
const followers = new Map<string, Set<(shown: Shown) => void>>();
const versions = new Map<string, number>();

/** The instant, in fractions of a millisecond, for whoever is on the same machine. */
const now = () => String(performance.timeOrigin + performance.now());
const shown = (sn: string): Shown => ({ sn, version: versions.get(sn) ?? 1, remark: now() });

function follow(sn: string) {
  const called = followers.get(sn) ?? new Set();
  followers.set(sn, called);
  const push = (one: Shown) => queue.push(one);
  const queue = newestWinsQueue<Shown>({
    max: 10_000,
    keyOf: () => sn,
    onEnd: () => called.delete(push),
  });
  called.add(push);
  queue.push(shown(sn));
  return asEvents(queue, (order) => ({ order, change: { key: sn, version: order.version } }));
}

const resolvers = {
  travel: {
    Homestay: { __resolveReference: ({ id }: { id: string }) => ({ id, title: `Homestay ${id}` }) },
  },
  payment: { HomestayOrder: { payment: () => ({ sn: 'PMT1', state: 'SUCCESS' }) } },
  order: {
    Query: {},
    Subscription: {
      homestayOrderStateChanged: {
        subscribe: (_: unknown, { sn }: { sn: string }) => follow(sn),
        resolve: (event: { order: Shown }) => event.order,
      },
    },
    HomestayOrder: {
      __resolveReference: ({ id, sn = id }: { id: string; sn?: string }) => ({ sn }),
      id: ({ sn }: Shown) => sn,
      state: () => 'WAIT_PAY',
      homestay: ({ sn }: Shown) => ({ id: sn }),
    },
  },
};

const start = async (name: keyof typeof resolvers) => {
  const { url } = await startSubgraph({
    host: '127.0.0.1',
    port: 0,
    sdlFile: new URL(`../../schema/${name}.graphql`, import.meta.url),
    resolvers: resolvers[name],
    context: (caller) => ({ caller }),
    serviceSecret: process.env.SERVICE_SECRET as string,
    ready: {},
    log: createLog('stage', 'error'),
  });
  return url;
};

process.on('message', ({ emit }: Emit) => {
  for (const sn of emit) {
    versions.set(sn, (versions.get(sn) ?? 1) + 1);
    for (const push of followers.get(sn) ?? []) push(shown(sn));
  }
});
process.on('disconnect', () => process.exit(0));
const [travel, order, payment] = await Promise.all([
  start('travel'),
  start('order'),
  start('payment'),
]);
process.send?.({ urls: { travel, order, payment } } satisfies StageReady);
