import { expect, test } from '@jest/globals';
import { OperationTypeNode } from 'graphql';
import { Registry } from 'prom-client';
import { callerSigner } from '../../runtime/caller.ts';
import { createLog } from '../../runtime/log.ts';
import { startRawSubgraph } from '../../testing/gateway/raw-subgraph.ts';
import { secrets } from '../../testing/tokens.ts';
import { subgraphAddress } from './address.ts';
import { openSubgraph } from './data-source.ts';
import { subgraphMetrics } from './subgraph-metrics.ts';

test('who finds no room is refused, and that is no sign that the subgraph is down', async () => {
  let answerAll = () => {};
  const open = new Promise<void>((resolve) => {
    answerAll = resolve;
  });
  const silent = await startRawSubgraph(async () => {
    await open;
    return '{"data":{"__typename":"Query"}}';
  });
  const metrics = new Registry();
  const subgraph = openSubgraph(
    {
      name: 'stays',
      address: subgraphAddress('stays', silent.url),
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
  const ask = () =>
    subgraph.ask({
      body: '{"query":"{__typename}"}',
      kind: OperationTypeNode.QUERY,
      caller: { service: 'gateway', roles: [] },
    });
  const waiting = [ask(), ask()];
  // More than the failures in a row that open the breaker.
  for (let i = 0; i < 20; i += 1)
    await expect(ask()).rejects.toMatchObject({ extensions: { code: 'SERVICE_UNAVAILABLE' } });
  expect(await metrics.metrics()).toContain('gateway_subgraph_breaker_open{subgraph="stays"} 0');
  answerAll();
  await Promise.all(waiting);
  expect(await ask()).toEqual({ data: { __typename: 'Query' } });
  await subgraph.stop();
  await silent.stop();
});
