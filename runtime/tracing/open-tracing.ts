import type { Log } from '../log.ts';
import type { ServiceName } from '../services.ts';
import { processTraces } from './process-traces.ts';
import { type Tracer, tracingOpened } from './span.ts';

type Env = Record<string, string | undefined>;

const exporters = ['otlp', 'console', 'none'];

const isDisabled = (env: Env): boolean => env.OTEL_SDK_DISABLED?.toLowerCase() === 'true';

/** Where spans are sent: where a standard variable of OpenTelemetry names an exporter or its address. */
export function exporterOf(env: Env): string | undefined {
  const named = env.OTEL_TRACES_EXPORTER || undefined;
  if (isDisabled(env) || named === 'none') return undefined;
  const isAddressed = env.OTEL_EXPORTER_OTLP_ENDPOINT || env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  return named ?? (isAddressed ? 'otlp' : undefined);
}

/** What is wrong with the variables of OpenTelemetry, each in a sentence. */
export function tracingProblems(env: Env): string[] {
  const { OTEL_TRACES_EXPORTER: exporter } = env;
  const protocol = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || env.OTEL_EXPORTER_OTLP_PROTOCOL;
  const problems: string[] = [];
  if (exporter && !exporters.includes(exporter))
    problems.push(`OTEL_TRACES_EXPORTER: must be one of ${exporters.join(', ')}`);
  if (exporterOf(env) && protocol === 'grpc')
    problems.push('OTEL_EXPORTER_OTLP_PROTOCOL: grpc is not spoken here; http/json is');
  return problems;
}

export type TracingOptions = {
  service: ServiceName;
  env: Env;
  /** How many operations are kept in this process's memory. */
  keep: number | undefined;
  log: Log;
};

/**
 * Begins to trace a service, where its spans are sent somewhere or kept; otherwise nothing of
 * OpenTelemetry's SDK is loaded.
 */
export async function openTracing(options: TracingOptions): Promise<Tracer | undefined> {
  const { service, env, keep, log } = options;
  const exporter = exporterOf(env);
  const isKept = keep !== undefined && !isDisabled(env);
  if (!exporter && !isKept) return undefined;
  tracingOpened();
  const { openTelemetry } = await import('./open-telemetry.ts');
  const collector = isKept ? processTraces(keep).collector : undefined;
  return openTelemetry({ service, exporter, collector, log });
}
