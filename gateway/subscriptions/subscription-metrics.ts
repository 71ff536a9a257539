import type { ExecutionResult } from 'graphql';
import { Counter, Gauge, type Registry } from 'prom-client';

/** The results of one subscription of one client. */
export type Results = AsyncGenerator<ExecutionResult, void, undefined>;

/** By which way results reach a client. */
export type Transport = 'websocket' | 'sse' | 'multipart';

/** The same results, counted, and with `onEnd` called once when they end. */
export function counted(results: Results, onEnd: () => void, onResult: () => void): Results {
  let ended = false;
  const end = () => {
    if (!ended) onEnd();
    ended = true;
  };
  const result: Results = {
    async next() {
      try {
        const taken = await results.next();
        if (taken.done) end();
        else onResult();
        return taken;
      } catch (error) {
        end();
        throw error;
      }
    },
    return() {
      end();
      return results.return();
    },
    throw(error) {
      end();
      return results.throw(error);
    },
    [Symbol.asyncIterator]: () => result,
    [Symbol.asyncDispose]: async () => void (await result.return()),
  };
  return result;
}

export const subscriptionMetrics = (metrics: Registry) => {
  const registers = [metrics];
  return {
    open: new Gauge({
      name: 'gateway_subscriptions',
      help: 'Subscriptions of clients that are open.',
      labelNames: ['transport'],
      registers,
    }),
    feeds: new Gauge({
      name: 'gateway_subscription_feeds',
      help: 'Subscriptions that are open at subgraphs.',
      registers,
    }),
    events: new Counter({
      name: 'gateway_subscription_events_total',
      help: 'Events of subgraphs that were answered.',
      registers,
    }),
    deliveries: new Counter({
      name: 'gateway_subscription_deliveries_total',
      help: 'Results that were handed to clients.',
      labelNames: ['transport'],
      registers,
    }),
    replaced: new Counter({
      name: 'gateway_subscription_replaced_total',
      help: 'Results that a newer one replaced, because a client or a subgraph was slow.',
      registers,
    }),
  };
};
