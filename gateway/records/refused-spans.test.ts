import { text } from 'node:stream/consumers';
import { afterAll, expect, test } from '@jest/globals';
import { createLog } from '../../runtime/log.ts';
import { openTracing } from '../../runtime/tracing/open-tracing.ts';
import { startTestSystem } from '../../testing/gateway/small-system.ts';
import { serve } from '../../testing/serve.ts';

const endpoint = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const before = process.env[endpoint];
afterAll(() => {
  if (before === undefined) delete process.env[endpoint];
  else process.env[endpoint] = before;
});

type Exported = { name: string; attributes: { key: string; value: { stringValue?: string } }[] };

test('the admission of what is refused is a step of its trace, with why', async () => {
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
  expect((await system.ask('{ nothing }')).status).toBe(400);
  await system.stop();
  await tracer?.stop();
  await collector.stop();
  const admission = spans.find(({ name }) => name === 'admission');
  expect(admission?.attributes).toContainEqual({
    key: 'error.type',
    value: { stringValue: 'GRAPHQL_VALIDATION_FAILED' },
  });
});
