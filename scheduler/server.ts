import { Registry } from 'prom-client';
import { type HttpServer, startHttpServer } from '../runtime/http-server.ts';
import { tokenProblems } from '../runtime/identity/token-settings.ts';
import { startWithStack } from '../runtime/lifecycle.ts';
import type { Log } from '../runtime/log.ts';
import { openPort } from '../runtime/open-port.ts';
import { type ServiceClient, serviceClient } from '../runtime/service-client.ts';
import { openServiceDatabase } from '../runtime/service-database.ts';
import { defineService } from '../runtime/service-process.ts';
import { urlSetting } from '../runtime/services.ts';
import type { Tracer } from '../runtime/tracing/span.ts';
import { type AskedService, askedServices } from './jobs.ts';
import { jobMetrics } from './metrics.ts';
import { queueGauges } from './queue-gauges.ts';
import { queuePage } from './queue-page/routes.ts';
import { runJobs } from './run-jobs.ts';
import { type SchedulerSettings, schedulerSettings } from './settings.ts';

/**
 * Starts a scheduler: it runs jobs when they are due. Its HTTP server shows health, metrics and, to
 * operators, the job queue.
 */
export const startScheduler = (
  settings: SchedulerSettings,
  log: Log,
  tracer?: Tracer,
): Promise<HttpServer> =>
  startWithStack(async (stack) => {
    const port = stack.use(await openPort(settings.HOST, settings.SCHEDULER_PORT));
    const registry = new Registry();
    const database = stack.use(await openServiceDatabase('scheduler', settings, registry));
    const services = {} as Record<AskedService, ServiceClient>;
    for (const name of askedServices) {
      services[name] = serviceClient({
        url: settings[urlSetting(name)],
        from: 'scheduler',
        serviceSecret: settings.SERVICE_SECRET,
      });
      stack.defer(services[name].stop);
    }
    const metrics = jobMetrics(registry);
    queueGauges(registry, database);
    stack.defer(await runJobs({ database, settings, services, metrics, log, tracer }));
    const http = stack.use(
      await startHttpServer({
        host: settings.HOST,
        port,
        metrics: registry,
        ready: {
          database: database.ping,
          ...Object.fromEntries(askedServices.map((name) => [name, services[name].ready])),
        },
        routes: queuePage({ settings, database, log }),
      }),
    );
    return http;
  });

export const service = defineService({
  name: 'scheduler',
  settings: schedulerSettings,
  alsoWrong: tokenProblems,
  start: startScheduler,
});
