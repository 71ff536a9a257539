import { expect, test } from '@jest/globals';
import { OperationTypeNode } from 'graphql';
import { Registry } from 'prom-client';
import { callerSigner } from '../../runtime/caller.ts';
import { clientGone } from '../../runtime/gone.ts';
import { createLog } from '../../runtime/log.ts';
import { eventually } from '../../testing/eventually.ts';
import { startRawSubgraph } from '../../testing/gateway/raw-subgraph.ts';
import { secrets } from '../../testing/tokens.ts';
import { subgraphAddress } from './address.ts';
import {
  openSubgraph,
  type Subgraph,
  type SubgraphOptions,
  type SubgraphRequest,
} from './data-source.ts';
import { subgraphMetrics } from './subgraph-metrics.ts';

/** What the subgraph that was opened last is measured by. */
let metrics: Registry;

/** A subgraph that may have two requests under way. */
const open = (url: string, given: Partial<SubgraphOptions> = {}) => {
  metrics = new Registry();
  return openSubgraph(
    {
      name: 'stays',
      address: subgraphAddress('stays', url),
      timeoutMs: 10_000,
      maxAnswerBytes: 1_000,
      maxUnderWay: 2,
      ...given,
    },
    {
      sign: callerSigner(secrets.SERVICE_SECRET),
      metrics: subgraphMetrics(metrics),
      log: createLog('test', 'silent'),
    },
  );
};
const ask = (subgraph: Subgraph, until?: SubgraphRequest['until']) =>
  subgraph.ask({
    body: '{"query":"{__typename}"}',
    kind: OperationTypeNode.QUERY,
    caller: { service: 'gateway', roles: [] },
    until,
  });

const isOpen = async () =>
  (await metrics.metrics()).includes('gateway_subgraph_breaker_open{subgraph="stays"} 1');
const away = { extensions: { code: 'SERVICE_UNAVAILABLE' } };

/** Asks more often than the failures in a row that open the breaker. */
async function expectNoSignOfFailure(
  subgraph: Subgraph,
  until: () => SubgraphRequest['until'] = () => undefined,
  refused: object = away,
): Promise<void> {
  for (let i = 0; i < 20; i += 1)
    await expect(ask(subgraph, until())).rejects.toMatchObject(refused);
  expect(await isOpen()).toBe(false);
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

test('one that fails is not asked any more, until a try of it succeeds', async () => {
  let asked = 0;
  let answer = 'nonsense';
  const subgraphOf = await startRawSubgraph(() => {
    asked += 1;
    return answer;
  });
  const patient = open(subgraphOf.url, { breaker: { failures: 3, pauseMs: 600_000 } });
  for (let i = 0; i < 5; i += 1) await expect(ask(patient)).rejects.toMatchObject(away);
  expect([asked, await isOpen()]).toEqual([3, true]);
  await patient.stop();

  const hasty = open(subgraphOf.url, { breaker: { failures: 1, pauseMs: 1 } });
  await expect(ask(hasty)).rejects.toMatchObject(away);
  answer = '{"data":{"__typename":"Query"}}';
  expect(await eventually(() => ask(hasty).catch(() => undefined))).toEqual(JSON.parse(answer));
  expect(await isOpen()).toBe(false);
  await hasty.stop();
  await subgraphOf.stop();
});

test('a client that leaves while its request tries one that failed does not keep the next from it', async () => {
  let asked = 0;
  const silent = await startRawSubgraph(() => {
    asked += 1;
    return asked === 1 ? 'nonsense' : undefined;
  });
  const subgraph = open(silent.url, { breaker: { failures: 1, pauseMs: 2_000 } });
  await expect(ask(subgraph)).rejects.toMatchObject(away);
  /** Leaves once it is asked so many times. @returns whether it was asked */
  const leaveAt = async (count: number) => {
    const gone = clientGone();
    let isRefused = false;
    const asking = ask(subgraph, { signal: gone }).catch(() => {
      isRefused = true;
    });
    await eventually(() => isRefused || asked === count);
    gone.leave();
    await asking;
    return asked === count;
  };
  await eventually(() => leaveAt(2));
  expect([await leaveAt(3), await isOpen()]).toEqual([true, true]);
  await subgraph.stop();
  await silent.stop();
});

test.each<[string, () => SubgraphRequest['until'], object]>([
  [
    'a client that leaves',
    () => {
      const gone = clientGone();
      setImmediate(() => gone.leave());
      return { signal: gone };
    },
    away,
  ],
  [
    'an operation that has taken too long elsewhere',
    () => ({ deadline: performance.now() }),
    { extensions: { code: 'OPERATION_TIMEOUT' } },
  ],
])('%s is no sign that the subgraph is down', async (_what, until, refused) => {
  const silent = await startRawSubgraph(() => undefined);
  const subgraph = open(silent.url);
  await expectNoSignOfFailure(subgraph, until, refused);
  await subgraph.stop();
  await silent.stop();
});
