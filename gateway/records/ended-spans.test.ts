import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { afterAll, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import type { Stop } from '../../runtime/lifecycle.ts';
import { createLog } from '../../runtime/log.ts';
import { openTracing } from '../../runtime/tracing/open-tracing.ts';
import type { Tracer } from '../../runtime/tracing/span.ts';
import { ask } from '../../testing/client.ts';
import { startTestSystem, testSettings } from '../../testing/gateway/small-system.ts';
import { serve } from '../../testing/serve.ts';
import { token } from '../../testing/tokens.ts';
import type { Admitted } from '../admission/admit.ts';
import { executor } from '../execution/executor.ts';
import { preparation } from '../execution/prepared-operation.ts';

const log = createLog('test', 'silent');
const endpoint = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const before = process.env[endpoint];
afterAll(() => {
  if (before === undefined) delete process.env[endpoint];
  else process.env[endpoint] = before;
});

type Exported = { name: string; attributes: { key: string; value: { stringValue?: string } }[] };

/** What is exported of some work, which gives back what stops it. */
async function exportedBy(work: (tracer: Tracer) => Promise<Stop>): Promise<Exported[]> {
  const spans: Exported[] = [];
  const collector = await serve(async (request, response) => {
    const { resourceSpans } = JSON.parse(await text(request));
    for (const { scopeSpans } of resourceSpans)
      for (const scope of scopeSpans) spans.push(...scope.spans);
    response.end('{}');
  });
  process.env[endpoint] = collector.url;
  const tracer = await openTracing({ service: 'gateway', env: process.env, keep: undefined, log });
  const stop = await work(tracer as Tracer);
  await tracer?.stop();
  await stop();
  await collector.stop();
  return spans;
}

/** What is exported of what a system is asked. */
const exportedOf = (work: (url: string) => Promise<unknown>): Promise<Exported[]> =>
  exportedBy(async (tracer) => {
    const system = await startTestSystem({}, log, tracer);
    await work(system.url);
    return system.stop;
  });

test('the planning of what the planner refuses is a step of its trace', async () => {
  const asksNobody = (): never => {
    throw new Error('no subgraph is asked');
  };
  const { execute } = executor(preparation(readFileSync(testSettings().SUPERGRAPH_FILE, 'utf8')), {
    subgraph: asksNobody,
    reads: { ask: asksNobody, changed() {}, renewed() {} },
    timeoutMs: 1_000,
  });
  const spans = await exportedBy(async (tracer) => {
    const span = tracer.begin('GraphQL Operation', { kind: 'server' });
    const operation = { kind: 'query', operationName: 'B', variables: {} };
    const record = { requestId: '1', span };
    const caller = { service: 'gateway', roles: [] };
    const asked = {
      document: parse('query A { homestay(id: "1") { id } }'),
      operation,
      caller,
      record,
    };
    await expect(execute(asked as unknown as Admitted)).rejects.toThrow('B');
    span.end();
    return async () => {};
  });
  expect(spans.map(({ name }) => name)).toContain('plan');
});

test('the admission of what is refused is a step of its trace, with why', async () => {
  const spans = await exportedOf(async (url) =>
    expect((await ask(url, '{ nothing }')).status).toBe(400),
  );
  const admission = spans.find(({ name }) => name === 'admission');
  expect(admission?.attributes).toContainEqual({
    key: 'error.type',
    value: { stringValue: 'GRAPHQL_VALIDATION_FAILED' },
  });
});

test('a stream for many operations is no operation under way while it is open', async () => {
  const spans = await exportedOf(async (url) => {
    const headers = { authorization: `Bearer ${await token()}`, accept: 'text/event-stream' };
    const reserved = await fetch(`${url}/graphql/stream`, { method: 'PUT', headers });
    const stream = { ...headers, 'x-graphql-event-stream-token': await reserved.text() };
    expect((await fetch(`${url}/graphql/stream`, { headers: stream })).status).toBe(200);
  });
  expect(spans.map(({ name }) => name)).toEqual(['GraphQL Operation', 'GraphQL Operation']);
});
