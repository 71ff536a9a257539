import type { RequestListener } from 'node:http';
import { collectDefaultMetrics, type Registry } from 'prom-client';
import { joinedRuns } from './joined-runs.ts';
import { sendJson } from './send-json.ts';

/** Resolves if something that the process needs works. Rejects with the reason if it does not. */
export type ReadyCheck = () => Promise<unknown>;

export type OperationsRoutesOptions = {
  metrics: Registry;
  /** The checks of `/health/ready`, by the name under which they are reported. */
  ready: () => Record<string, ReadyCheck>;
  /** What an operator should know of a process that is ready, such as `CLOSING=paused`. */
  notes?: readonly string[] | undefined;
  verify?: ((authorization: string) => Promise<unknown>) | undefined;
  isStopping: () => boolean;
};

const checkTimeoutMs = 2_000;

/** The routes for operators: `/health/live`, `/health/ready`, `/metrics`. */
export function operationsRoutes(
  options: OperationsRoutesOptions,
): Record<string, RequestListener> {
  const { metrics, ready, notes = [], verify, isStopping } = options;
  // Anybody may ask. However many do, one check is under way and one waits.
  const inOneCheck = joinedRuns<Record<string, string>>();
  const inOneText = joinedRuns<string>();
  if (!metrics.getSingleMetric('process_cpu_user_seconds_total'))
    collectDefaultMetrics({ register: metrics });
  const forBelieved =
    (listener: RequestListener): RequestListener =>
    (request, response) => {
      const { authorization } = request.headers;
      if (authorization === undefined || !verify) return listener(request, response);
      verify(authorization).then(
        () => listener(request, response),
        ({ message }: Error) =>
          sendJson(response, 401, { status: 'not believed', failed: message }),
      );
    };
  return {
    '/health/live': forBelieved((_request, response) =>
      sendJson(response, 200, { status: 'live' }),
    ),
    '/health/ready': forBelieved(async (_request, response) => {
      const failed = isStopping()
        ? { process: 'stopping' }
        : await inOneCheck(() => failedChecks(ready()));
      const ok = Object.keys(failed).length === 0;
      const status = ok ? { status: 'ready' } : { status: 'not ready', failed };
      sendJson(response, ok ? 200 : 503, notes.length > 0 ? { ...status, notes } : status);
    }),
    '/metrics': async (_request, response) => {
      const text = await inOneText(() => metrics.metrics());
      response.writeHead(200, { 'content-type': metrics.contentType }).end(text);
    },
  };
}

async function failedChecks(checks: Record<string, ReadyCheck>): Promise<Record<string, string>> {
  const failed: Record<string, string> = {};
  await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise((_resolve, reject) => {
        timer = setTimeout(
          () => reject(new Error(`no answer within ${checkTimeoutMs} ms`)),
          checkTimeoutMs,
        );
      });
      await Promise.race([check(), late])
        .catch((error) => {
          failed[name] = error instanceof Error ? error.message : String(error);
        })
        .finally(() => clearTimeout(timer));
    }),
  );
  return failed;
}
