import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import { eventually } from '../../testing/eventually.ts';
import type { Admitted } from '../admission/admit.ts';
import { openLiveSubscription } from './live-subscription.ts';
import { runAtMost } from './run-at-most.ts';
import { subscriptionMetrics } from './subscription-metrics.ts';
import type { PlannedSubscription, PlanSubscription } from './subscription-plan.ts';
import type { UpstreamSink } from './upstream.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const planOf = (supergraph: string, operation = 'subscription { changed }') =>
  ({
    primary: { serviceName: 'order', operation },
    run: async () => ({ data: { supergraph } }),
  }) as unknown as PlannedSubscription;

const admitted = {
  caller: {},
  document: { kind: 'Document', definitions: [] },
  operation: { variables: {} },
} as unknown as Admitted;

/** A subscription that is planned for one supergraph after another; its subgraph is of the test. */
async function openOn(planned: PlannedSubscription) {
  const sinks: UpstreamSink[] = [];
  const upstream = {
    subscribe(_request: unknown, sink: UpstreamSink) {
      sinks.push(sink);
      sink.onOpen(true);
      return () => {};
    },
  };
  const needs = {
    upstreams: { of: () => upstream, addressOf: () => 'here' },
    sign: async () => 'signed',
    metrics: subscriptionMetrics(new Registry()),
    recheck: () => admitted,
    maxUnsent: 10,
    ...{ runInTurn: runAtMost(3), runFirstInTurn: runAtMost(3), onChange() {}, timeoutMs: 1_000 },
  };
  const live = openLiveSubscription(needs as never, { admitted, planned, onEmpty() {} });
  const results: unknown[] = [];
  const client = live.join();
  const piped = client.pipe((result) => void results.push(result.data));
  await eventually(() => sinks.length === 1);
  return {
    sinks,
    results,
    replan: (plan: PlannedSubscription) => live.replan((() => plan) as unknown as PlanSubscription),
    async end() {
      live.end();
      await piped;
    },
  };
}

test('where a new plan asks the same, the old one is let go, and events are answered by the new', async () => {
  let old: PlannedSubscription | undefined = planOf('old');
  const known = new WeakRef(old);
  const { sinks, results, replan, end } = await openOn(old);
  old = undefined;
  sinks[0]?.next({ data: {} });
  await eventually(() => results.length === 1);
  replan(planOf('new'));
  await eventually(() => {
    collectGarbage();
    return known.deref() === undefined;
  });
  sinks[0]?.next({ data: {} });
  await eventually(() => results.length === 2);
  expect(results).toEqual([{ supergraph: 'old' }, { supergraph: 'new' }]);
  expect(sinks).toHaveLength(1);
  await end();
});

test('where a new plan asks something else, an event of the old one is answered by that', async () => {
  const { sinks, results, replan, end } = await openOn(planOf('old'));
  replan(planOf('new', 'subscription { changed again }'));
  sinks[0]?.next({ data: {} });
  await eventually(() => sinks.length === 2);
  sinks[1]?.next({ data: {} });
  await eventually(() => results.length === 2);
  expect(results).toEqual([{ supergraph: 'old' }, { supergraph: 'new' }]);
  await end();
});
