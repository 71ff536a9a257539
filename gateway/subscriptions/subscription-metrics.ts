import { Counter, Gauge, type Registry } from 'prom-client';
import type { Results } from './results.ts';

/** How results reach a client. */
export type Transport = 'websocket' | 'sse' | 'multipart';

export type SubscriptionMetrics = ReturnType<typeof subscriptionMetrics>;

export function subscriptionMetrics(metrics: Registry) {
  const registers = [metrics];
  const open = new Gauge({
    name: 'gateway_subscriptions',
    help: 'Subscriptions of clients that are open.',
    labelNames: ['transport'],
    registers,
  });
  /** Since they were read last. To count one costs as much as to hand it over. */
  const delivered = { websocket: 0, sse: 0, multipart: 0 } satisfies Record<Transport, number>;
  new Counter({
    name: 'gateway_subscription_deliveries_total',
    help: 'Results that were handed to clients.',
    labelNames: ['transport'],
    registers,
    collect() {
      for (const transport of Object.keys(delivered) as Transport[]) {
        this.inc({ transport }, delivered[transport]);
        delivered[transport] = 0;
      }
    },
  });
  return {
    shared: new Gauge({
      name: 'gateway_shared_subscriptions',
      help: 'Subscriptions that are open at subgraphs, each for all clients that subscribe to the same.',
      registers,
    }),
    events: new Counter({
      name: 'gateway_subscription_events_total',
      help: 'Events of subgraphs that were answered.',
      registers,
    }),
    replaced: new Counter({
      name: 'gateway_subscription_replaced_total',
      help: 'Results that a newer one replaced, because a client or a subgraph was slow.',
      registers,
    }),
    /** The same results, counted while they are open. @param onEnd called once when they end */
    counted(results: Results, transport: Transport, onEnd: () => void): Results {
      open.inc({ transport });
      let ended = false;
      const end = () => {
        if (ended) return;
        ended = true;
        open.dec({ transport });
        onEnd();
      };
      return {
        async pipe(write) {
          const counting: typeof write = (result) => {
            delivered[transport] += 1;
            return write(result);
          };
          await results.pipe(counting).finally(end);
        },
        leave() {
          end();
          results.leave();
        },
      };
    },
  };
}
