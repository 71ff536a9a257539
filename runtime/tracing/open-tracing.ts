import type { Log } from '../log.ts';
import type { ServiceName } from '../services.ts';
import { type Tracer, tracingOpened } from './span.ts';

type Env = Record<string, string | undefined>;

const exporters = ['otlp', 'console', 'none'];

/**
 * Whether spans are made. They are where a standard variable of OpenTelemetry names an exporter or
 * its address; otherwise nothing of OpenTelemetry's SDK is loaded.
 */
export function isTracing(env: Env): boolean {
  const exporter = env.OTEL_TRACES_EXPORTER || undefined;
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || exporter === 'none') return false;
  return Boolean(
    exporter || env.OTEL_EXPORTER_OTLP_ENDPOINT || env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT,
  );
}

/** What is wrong with the variables of OpenTelemetry, each in a sentence. */
export function tracingProblems(env: Env): string[] {
  const { OTEL_TRACES_EXPORTER: exporter } = env;
  const protocol = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || env.OTEL_EXPORTER_OTLP_PROTOCOL;
  const problems: string[] = [];
  if (exporter && !exporters.includes(exporter))
    problems.push(`OTEL_TRACES_EXPORTER: must be one of ${exporters.join(', ')}`);
  if (isTracing(env) && protocol === 'grpc')
    problems.push('OTEL_EXPORTER_OTLP_PROTOCOL: grpc is not spoken here; http/json is');
  return problems;
}

/** Begins to trace a service, if the environment asks for it. */
export async function openTracing(
  service: ServiceName,
  env: Env,
  log: Log,
): Promise<Tracer | undefined> {
  if (!isTracing(env)) return undefined;
  tracingOpened();
  const { openTelemetry } = await import('./open-telemetry.ts');
  return openTelemetry({ service, exporter: env.OTEL_TRACES_EXPORTER || 'otlp', log });
}
