import { Registry } from 'prom-client';
import { type HttpServer, startHttpServer } from '../runtime/http-server.ts';
import { startWithStack } from '../runtime/lifecycle.ts';
import type { Log } from '../runtime/log.ts';
import { defineService } from '../runtime/service-process.ts';
import type { Tracer } from '../runtime/tracing/span.ts';
import { openAdmission } from './admission/admit.ts';
import { costlyWork } from './admission/costly-work.ts';
import { knownNames } from './admission/known-names.ts';
import { openRateLimit } from './admission/rate-limit.ts';
import { refusalWriter } from './admission/refusal.ts';
import { registeredIn } from './admission/safelist.ts';
import { type Executor, executor } from './execution/executor.ts';
import { isHeavy, limitedExecutor } from './execution/limited-executor.ts';
import { openReads } from './execution/open-reads.ts';
import { planCounter } from './execution/plan-counter.ts';
import { openPlanningThread } from './execution/planning-thread.ts';
import { type Preparation, preparation } from './execution/prepared-operation.ts';
import { acceptsParts } from './http/parts.ts';
import { operationMetrics } from './records/operation-metrics.ts';
import { recorder } from './records/operation-record.ts';
import { gatewayRoutes } from './routes.ts';
import { type GatewaySettings, gatewayProblems, gatewayShape } from './settings.ts';
import { openSubgraphs } from './subgraphs/registry.ts';
import { followSupergraph } from './subgraphs/supergraph.ts';
import { openSubscriptions } from './subscriptions/subscriptions.ts';
import { subscriptionTransports } from './subscriptions/transports/transports.ts';
import { openUsageFiles } from './usage/usage-files.ts';

/**
 * Starts the one public door. It needs no subgraph to start: it says of each whether it answers,
 * and serves what it can.
 */
export function startGateway(
  settings: GatewaySettings,
  log: Log,
  tracer?: Tracer,
): Promise<Pick<HttpServer, 'url' | 'operationsUrl' | 'stop'>> {
  return startWithStack(async (stack) => {
    const metrics = new Registry();
    const subgraphs = stack.use(openSubgraphs(settings, metrics, log));
    const reads = openReads(settings, metrics);

    const planning = stack.use(openPlanningThread({ settings, log, metrics }));

    let served: ({ preparation: Preparation } & Executor) | undefined;
    const usage = settings.USAGE_DIR && openUsageFiles({ folder: settings.USAGE_DIR, log });
    if (usage) stack.defer(usage.stop);
    const rateLimit = stack.use(await openRateLimit(settings, { log }));
    const registered = registeredIn(settings);
    const costly = costlyWork(settings, metrics);
    const admission = openAdmission({
      settings,
      registered,
      served: () => served?.preparation,
      rateLimit,
      prepareInTurn: costly.prepare,
      unplanned: (admitted, request) =>
        admitted.operation.kind === 'subscription'
          ? subscriptions.unplanned(admitted)
          : served?.unplanned(admitted, acceptsParts(request) && !isHeavy(admitted)),
      validateInThread: planning.validate,
      log,
      metrics,
      count: usage ? usage.count : undefined,
    });
    const { recheck } = admission;
    const refusalOf = refusalWriter(log, { metrics, isSubgraph: subgraphs.has });
    const operations = operationMetrics(metrics, knownNames(settings, registered));
    const record = recorder({ log, metrics: operations, tracer });
    const subscriptions = stack.use(
      openSubscriptions({
        subgraph: subgraphs.named,
        sign: subgraphs.sign,
        onChange: reads.changed,
        refusalOf,
        recheck,
        planInThread: planning.plan,
        settings,
        metrics,
        tracer,
      }),
    );
    const executorNeeds = {
      subgraph: subgraphs.named,
      reads,
      timeoutMs: settings.OPERATION_TIMEOUT,
      planInThread: planning.plan,
      countPlan: planCounter(metrics),
    };
    const serve = (supergraphSdl: string) => {
      const next = preparation(supergraphSdl, settings.OVERRIDE_LABELS);
      subgraphs.use(next.subgraphs);
      reads.renewed();
      planning.serve(supergraphSdl);
      served = { preparation: next, ...executor(next, executorNeeds) };
      subscriptions.useSchema(next);
    };
    stack.defer(await followSupergraph({ file: settings.SUPERGRAPH_FILE, serve, log }));

    // Nothing is admitted before a supergraph is served.
    const limited = limitedExecutor({
      executor: () => served as NonNullable<typeof served>,
      recheck,
      refusalOf,
      settings,
      executeInTurn: costly.execute,
      isRegistered: (query) => registered?.hasText(query) === true,
    });
    const transports = subscriptionTransports({
      admission,
      execute: limited.execute,
      subscriptions,
      refusalOf,
      recorder: record,
      settings,
      log,
    });
    const http = stack.use(
      await startHttpServer({
        host: settings.HOST,
        port: settings.PORT,
        sharePort: settings.SHARE_PORT,
        metrics,
        ready: subgraphs.ready,
        operationsPort: settings.OPERATIONS_PORT,
        // Streams are requests under way too.
        maxUnderWay: settings.SUBSCRIPTION_CONNECTIONS + maxRequestsUnderWay,
        routes: gatewayRoutes({
          settings,
          admission,
          limited,
          streams: transports.routes,
          refusalOf,
          recorder: record,
          keepingOf: ({ document, operation }) =>
            served?.preparation.keepingOf?.(document, operation.operationName)?.seconds ?? 0,
        }),
      }),
    );
    stack.defer(transports.stopStreams);
    stack.defer(transports.serveSockets(http.server).stop);
    const { url, operationsUrl } = http;
    return operationsUrl === undefined ? { url } : { url, operationsUrl };
  });
}

/** More queries and mutations than this, and waiting would be in vain. */
const maxRequestsUnderWay = 2_000;

export const service = defineService({
  name: 'gateway',
  settings: gatewayShape,
  alsoWrong: gatewayProblems,
  start: startGateway,
});
