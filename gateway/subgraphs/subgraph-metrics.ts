import { Gauge, type Registry } from 'prom-client';
import { seriesOfTimes } from '../../runtime/series-of-times.ts';

/** How a subgraph does, as `/metrics` tells it. */
export type SubgraphMetrics = {
  of(subgraph: string): {
    /** @param begin when the request began, on the clock of `performance.now()` */
    answered(begin: number): void;
    failed(begin: number): void;
    breaker(open: boolean): void;
  };
};

export function subgraphMetrics(metrics: Registry): SubgraphMetrics {
  const seconds = seriesOfTimes(metrics, {
    name: 'gateway_subgraph_request_seconds',
    help: 'How long subgraphs take to answer the gateway.',
    labelNames: ['subgraph', 'outcome'],
  });
  const breakers = new Gauge({
    name: 'gateway_subgraph_breaker_open',
    help: 'Whether requests to a subgraph fail at once, because it did not answer before.',
    labelNames: ['subgraph'],
    registers: [metrics],
  });
  const since = (begin: number) => (performance.now() - begin) / 1_000;
  return {
    of(subgraph) {
      const [answered, failed] = [seconds(subgraph, 'answered'), seconds(subgraph, 'failed')];
      const breaker = breakers.labels(subgraph);
      breaker.set(0);
      return {
        answered: (begin) => answered(since(begin)),
        failed: (begin) => failed(since(begin)),
        breaker: (open) => breaker.set(open ? 1 : 0),
      };
    },
  };
}
