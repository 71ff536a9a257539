import { text } from 'node:stream/consumers';
import { afterAll, expect, test } from '@jest/globals';
import { createLog } from '../../runtime/log.ts';
import { openTracing } from '../../runtime/tracing/open-tracing.ts';
import { ask } from '../../testing/client.ts';
import { startTestSystem } from '../../testing/gateway/small-system.ts';
import { serve } from '../../testing/serve.ts';
import { token } from '../../testing/tokens.ts';

const endpoint = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const before = process.env[endpoint];
afterAll(() => {
  if (before === undefined) delete process.env[endpoint];
  else process.env[endpoint] = before;
});

type Exported = { name: string; attributes: { key: string; value: { stringValue?: string } }[] };

/** What is exported of what a system is asked. */
async function exportedOf(work: (url: string) => Promise<unknown>): Promise<Exported[]> {
  const spans: Exported[] = [];
  const collector = await serve(async (request, response) => {
    const { resourceSpans } = JSON.parse(await text(request));
    for (const { scopeSpans } of resourceSpans)
      for (const scope of scopeSpans) spans.push(...scope.spans);
    response.end('{}');
  });
  process.env[endpoint] = collector.url;
  const log = createLog('test', 'silent');
  const tracer = await openTracing({ service: 'gateway', env: process.env, keep: undefined, log });
  const system = await startTestSystem({}, log, tracer);
  await work(system.url);
  await tracer?.stop();
  await system.stop();
  await collector.stop();
  return spans;
}

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
