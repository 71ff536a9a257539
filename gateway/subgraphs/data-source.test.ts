import { beforeEach, expect, test } from '@jest/globals';
import { OperationTypeNode } from 'graphql';
import { Registry } from 'prom-client';
import { callerSigner } from '../../runtime/caller.ts';
import { createLog } from '../../runtime/log.ts';
import { startRawSubgraph } from '../../testing/gateway/raw-subgraph.ts';
import { secrets } from '../../testing/tokens.ts';
import { subgraphAddress } from './address.ts';
import { openSubgraph, type Subgraph } from './data-source.ts';
import { subgraphMetrics } from './subgraph-metrics.ts';

let metrics: Registry;
beforeEach(() => {
  metrics = new Registry();
});

/** A subgraph that may have two requests under way. */
const open = (url: string) =>
  openSubgraph(
    {
      name: 'stays',
      address: subgraphAddress('stays', url),
      timeoutMs: 10_000,
      maxAnswerBytes: 1_000,
      maxUnderWay: 2,
    },
    {
      sign: callerSigner(secrets.SERVICE_SECRET),
      metrics: subgraphMetrics(metrics),
      log: createLog('test', 'silent'),
    },
  );
const ask = (subgraph: Subgraph) =>
  subgraph.ask({
    body: '{"query":"{__typename}"}',
    kind: OperationTypeNode.QUERY,
    caller: { service: 'gateway', roles: [] },
  });

/** Asks more often than the failures in a row that open the breaker. */
async function expectNoSignOfFailure(subgraph: Subgraph): Promise<void> {
  for (let i = 0; i < 20; i += 1)
    await expect(ask(subgraph)).rejects.toMatchObject({
      extensions: { code: 'SERVICE_UNAVAILABLE' },
    });
  expect(await metrics.metrics()).toContain('gateway_subgraph_breaker_open{subgraph="stays"} 0');
}

test('who finds no room is refused, and that is no sign that the subgraph is down', async () => {
  let answerAll = () => {};
  const released = new Promise<void>((resolve) => {
    answerAll = resolve;
  });
  const silent = await startRawSubgraph(async () => {
    await released;
    return '{"data":{"__typename":"Query"}}';
  });
  const subgraph = open(silent.url);
  const waiting = [ask(subgraph), ask(subgraph)];
  await expectNoSignOfFailure(subgraph);
  answerAll();
  await Promise.all(waiting);
  expect(await ask(subgraph)).toEqual({ data: { __typename: 'Query' } });
  await subgraph.stop();
  await silent.stop();
});

test('who asks one that is stopped is refused, and that is no sign that the subgraph is down', async () => {
  const answering = await startRawSubgraph(() => '{"data":{"__typename":"Query"}}');
  const subgraph = open(answering.url);
  expect(await ask(subgraph)).toEqual({ data: { __typename: 'Query' } });
  await subgraph.stop();
  await expectNoSignOfFailure(subgraph);
  await answering.stop();
});
