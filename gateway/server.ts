import type { ApolloServer } from '@apollo/server';
import { type ExecutionResult, OperationTypeNode } from 'graphql';
import { Registry } from 'prom-client';
import { startHttpServer } from '../runtime/http-server.ts';
import { type Stop, starting } from '../runtime/lifecycle.ts';
import type { Log } from '../runtime/log.ts';
import { defineService } from '../runtime/service-process.ts';
import { type Admit, openAdmission } from './admission/admit.ts';
import { refusalWriter } from './admission/refusal.ts';
import { type Execute, executor } from './execution/executor.ts';
import { type Preparation, preparation } from './execution/prepared-operation.ts';
import { doorway } from './http/cors.ts';
import { graphqlEndpoint, streamEndpoint } from './http/endpoint.ts';
import { graphiqlPage, wantsPage } from './http/graphiql.ts';
import { type GatewaySettings, gatewayShape, tokenSource } from './settings.ts';
import type { GatewayContext } from './subgraphs/data-source.ts';
import { openSubgraphs } from './subgraphs/registry.ts';
import { followSupergraph } from './subgraphs/supergraph.ts';
import { openSubscriptions } from './subscriptions/subscriptions.ts';
import { httpStreams } from './subscriptions/transports/http-streams.ts';
import { streamRoutes } from './subscriptions/transports/routes.ts';
import { serveSubscriptionSockets } from './subscriptions/transports/websocket.ts';

/** Starts the one public door. It needs no subgraph to start: it says of each whether it answers, and serves what it can. */
export function startGateway(
  settings: GatewaySettings,
  log: Log,
): Promise<{ url: string; stop: Stop }> {
  return starting(async (stack) => {
    const metrics = new Registry();
    const subgraphs = openSubgraphs(settings, metrics, log);
    stack.add(subgraphs.stop);

    const subscriptions = openSubscriptions({
      subgraph: subgraphs.named,
      sign: subgraphs.sign,
      settings,
      metrics,
      log,
    });
    stack.add(subscriptions.stop);
    const executorNeeds = { subgraph: subgraphs.named, timeoutMs: settings.OPERATION_TIMEOUT };
    let served: { preparation: Preparation; execute: Execute } | undefined;
    const serve = (supergraphSdl: string) => {
      const next = preparation(supergraphSdl);
      subgraphs.use(next.subgraphs);
      served = { preparation: next, execute: executor(next, executorNeeds) };
      subscriptions.useSchema(next);
    };
    stack.add(await followSupergraph({ file: settings.SUPERGRAPH_FILE, serve, log }));

    const admission = openAdmission({ settings, schema: () => served?.preparation.schema, log });
    const { admit, identify } = admission;
    const refusalOf = refusalWriter(log);
    const masked = (result: ExecutionResult) =>
      result.errors ? { ...result, ...refusalOf(result.errors).result } : result;
    // Nothing is admitted before a supergraph is served.
    const execute: Execute = async (admitted, gone) =>
      masked(await (served as { execute: Execute }).execute(admitted, gone));
    const door = {
      server: asApolloServer(admit, execute),
      subscriptions,
      identify,
      admit: admission.resolve,
      settings,
      log,
    };
    const streams = httpStreams(door);
    const { onGraphql, onStream } = streamRoutes({
      streams,
      identify,
      settings,
      kindOf: () => OperationTypeNode.SUBSCRIPTION,
    });
    const { MAX_BODY_BYTES: maxBodyBytes } = settings;
    const graphql = graphqlEndpoint({ admit, execute, stream: onGraphql, refusalOf, maxBodyBytes });
    const showPage = graphiqlPage();
    const enter = doorway(settings.CORS_ORIGINS);
    const http = await startHttpServer({
      host: settings.HOST,
      port: settings.PORT,
      metrics,
      ready: subgraphs.ready,
      routes: {
        '/graphql': enter(['GET', 'POST'], (request, response) =>
          settings.INTROSPECTION && wantsPage(request)
            ? showPage(request, response)
            : graphql(request, response),
        ),
        // PUT reserves a single connection for many operations, DELETE ends one of them.
        '/graphql/stream': enter(
          ['GET', 'POST', 'PUT', 'DELETE'],
          streamEndpoint({ onStream, refusalOf, maxBodyBytes }),
        ),
      },
    });
    stack.add(http.stop);
    stack.add(streams.stop);
    stack.add(serveSubscriptionSockets({ http: http.server, ...door }).stop);
    return { url: http.url };
  });
}

/** For the transports that still execute by Apollo Server. */
const asApolloServer = (admit: Admit, execute: Execute) =>
  ({
    async executeOperation(request: object, { contextValue }: { contextValue: GatewayContext }) {
      const admitted = await admit(request, { identity: undefined });
      const singleResult = await execute({ ...admitted, caller: contextValue.caller });
      return { body: { kind: 'single', singleResult } };
    },
  }) as unknown as ApolloServer<GatewayContext>;

export const service = defineService({
  name: 'gateway',
  settings: gatewayShape,
  alsoWrong: tokenSource,
  start: startGateway,
});
