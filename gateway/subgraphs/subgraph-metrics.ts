import { Gauge, Histogram, type Registry } from 'prom-client';

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
  const registers = [metrics];
  const seconds = new Histogram({
    name: 'gateway_subgraph_request_seconds',
    help: 'How long subgraphs take to answer the gateway.',
    labelNames: ['subgraph', 'outcome'],
    registers,
  });
  const breakers = new Gauge({
    name: 'gateway_subgraph_breaker_open',
    help: 'Whether requests to a subgraph fail at once, because it did not answer before.',
    labelNames: ['subgraph'],
    registers,
  });
  const since = (begin: number) => (performance.now() - begin) / 1_000;
  return {
    of(subgraph) {
      const [answered, failed] = [
        seconds.labels(subgraph, 'answered'),
        seconds.labels(subgraph, 'failed'),
      ];
      const breaker = breakers.labels(subgraph);
      breaker.set(0);
      return {
        answered: (begin) => answered.observe(since(begin)),
        failed: (begin) => failed.observe(since(begin)),
        breaker: (open) => breaker.set(open ? 1 : 0),
      };
    },
  };
}
