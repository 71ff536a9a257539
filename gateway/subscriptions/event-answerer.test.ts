import { expect, test } from '@jest/globals';
import { type ExecutionResult, parse } from 'graphql';
import { Registry } from 'prom-client';
import type { Admitted } from '../admission/admit.ts';
import { eventAnswerer } from './event-answerer.ts';
import { runAtMost } from './run-at-most.ts';
import { subscriptionMetrics } from './subscription-metrics.ts';
import type { PlannedSubscription } from './subscription-plan.ts';

const event = { data: {} };
const never = new Promise<ExecutionResult>(() => {});
const planThat = (run: () => Promise<ExecutionResult>) =>
  ({ run, primary: { serviceName: 'order' } }) as unknown as PlannedSubscription;
const answersAtOnce = planThat(async () => ({ data: {} }));
const hangs = planThat(() => never);

test('a later event does not wait for the first events of other subscriptions', async () => {
  const needs = {
    subgraph: () => {
      throw new Error('not asked');
    },
    askEntities: async () => ({}),
    runInTurn: runAtMost(3),
    runFirstInTurn: runAtMost(2),
    metrics: subscriptionMetrics(new Registry()),
    onChange() {},
    refusalOf: () => {
      throw new Error('not asked');
    },
    timeoutMs: 1_000,
  };
  const document = parse('subscription { changed }');
  const admitted = { caller: {}, document, operation: { variables: {} } } as unknown as Admitted;
  const open = () => eventAnswerer(needs as never, admitted, new AbortController().signal);
  const stayed = open();
  await stayed(answersAtOnce, event);
  const newcomers = Array.from({ length: 5 }, open);
  for (const answer of newcomers) void answer(hangs, event);
  expect(await stayed(answersAtOnce, event)).toEqual({ data: {} });
});
