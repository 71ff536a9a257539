import type { z } from 'zod';
import { runProcess, type Stop, startWithStack } from './lifecycle.ts';
import { createLog, type Log } from './log.ts';
import type { ServiceName } from './services.ts';
import { type processSettings, readSettings } from './settings.ts';
import { openTracing, tracingProblems } from './tracing/open-tracing.ts';
import type { Tracer } from './tracing/span.ts';

type Env = Record<string, string | undefined>;
type Started = { url: string; stop: Stop };
type Shape = z.ZodObject<typeof processSettings.shape>;

export type ServiceOptions<Settings extends Shape> = {
  name: ServiceName;
  settings: Settings;
  /** What is wrong about settings together; see `readSettings`. */
  alsoWrong?: (given: Env) => string[];
  /** @param tracer where requests are traced */
  start: (settings: z.infer<Settings>, log: Log, tracer?: Tracer) => Promise<Started>;
};

/** A service as it can be run: in a process of its own, or beside others in one. */
export type Service = {
  name: ServiceName;
  settings: z.ZodObject;
  /** @throws SettingsError that names every setting that is missing or wrong */
  checkSettings(env: Env): void;
  start(env: Env, log: Log): Promise<Started>;
  /** Runs it as this process until a signal stops it. */
  run(): Promise<void>;
};

/** Declares a service. Every service's `server.ts` exports one by the name `service`. */
export function defineService<Settings extends Shape>(options: ServiceOptions<Settings>): Service {
  const { name, settings: shape, alsoWrong = () => [] } = options;
  const read = (env: Env) =>
    readSettings(shape, env, (given) => [...alsoWrong(given), ...tracingProblems(given)]);
  const start = (env: Env, settings: z.infer<Settings>, log: Log) =>
    startWithStack(async (stack) => {
      const keep = settings.KEEP_TRACES as number | undefined;
      const tracer = await openTracing({ service: name, env, keep, log });
      if (tracer) stack.defer(tracer.stop);
      const { stop, ...started } = await options.start(settings, log, tracer);
      stack.defer(stop);
      return started;
    });
  return {
    name,
    settings: shape,
    checkSettings: (env) => void read(env),
    start: (env, log) => start(env, read(env), log),
    run: () =>
      runProcess(async () => {
        const settings = read(process.env);
        const log = createLog(name, settings.LOG_LEVEL as string);
        const leaveMs = settings.SERVE_AFTER_SIGTERM as number;
        return { ...(await start(process.env, settings, log)), log, leaveMs };
      }),
  };
}
