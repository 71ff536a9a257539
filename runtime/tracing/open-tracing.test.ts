import { expect, test } from '@jest/globals';
import { exporterOf, tracingProblems } from './open-tracing.ts';

test.each([
  [{}, undefined],
  [{ OTEL_SERVICE_NAME: 'gateway' }, undefined],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }, 'otlp'],
  [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318/v1/traces' }, 'otlp'],
  [{ OTEL_TRACES_EXPORTER: 'console' }, 'console'],
  [{ OTEL_TRACES_EXPORTER: 'otlp' }, 'otlp'],
  [{ OTEL_TRACES_EXPORTER: '', OTEL_EXPORTER_OTLP_ENDPOINT: '' }, undefined],
  [
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318', OTEL_TRACES_EXPORTER: 'none' },
    undefined,
  ],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318', OTEL_SDK_DISABLED: 'TRUE' }, undefined],
])('by %j, spans are sent to %j', (env, on) => {
  expect(exporterOf(env)).toBe(on);
});

test('an exporter or a protocol that is not here is named before anything starts', () => {
  expect(tracingProblems({ OTEL_TRACES_EXPORTER: 'zipkin' })).toEqual([
    'OTEL_TRACES_EXPORTER: must be one of otlp, console, none',
  ]);
  expect(
    tracingProblems({ OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }),
  ).toHaveLength(1);
  expect(tracingProblems({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).toEqual([]);
});
