import type { IncomingMessage } from 'node:http';
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';
import { Registry } from 'prom-client';
import { maskErrors } from '../runtime/errors.ts';
import { graphqlRoute } from '../runtime/graphql-route.ts';
import { startHttpServer } from '../runtime/http-server.ts';
import { type Stop, starting } from '../runtime/lifecycle.ts';
import type { Log } from '../runtime/log.ts';
import { defineService } from '../runtime/service-process.ts';
import { callerOf, type IdentityVerifier, identityVerifier } from './admission/identity.ts';
import { type AskedOperation, queryGuard } from './admission/operation-cost.ts';
import { type PersistedOperations, persistedOperations } from './admission/persisted-operations.ts';
import { askedBy, kindOf } from './admission/request.ts';
import { type Execution, execution } from './execution/executor.ts';
import { type KnownOperations, knownOperations } from './execution/fast-path.ts';
import { doorway } from './http/cors.ts';
import { graphiqlPage, wantsPage } from './http/graphiql.ts';
import { type GatewaySettings, gatewayShape, tokenSource } from './settings.ts';
import type { GatewayContext } from './subgraphs/data-source.ts';
import { openSubgraphs } from './subgraphs/registry.ts';
import { supergraphFile } from './subgraphs/supergraph.ts';
import { openSubscriptions } from './subscriptions/subscriptions.ts';
import { httpStreams } from './subscriptions/transports/http-streams.ts';
import { type StreamRoute, streamRoutes } from './subscriptions/transports/routes.ts';
import { serveSubscriptionSockets } from './subscriptions/transports/websocket.ts';

// Apollo's gateway would report its use home, and looks for a cloud's metadata to do so.
process.env.APOLLO_TELEMETRY_DISABLED = 'true';

/** Starts the one public door. It needs no subgraph to start: it says of each whether it answers, and serves what it can. */
export function startGateway(
  settings: GatewaySettings,
  log: Log,
): Promise<{ url: string; stop: Stop }> {
  return starting(async (stack) => {
    const metrics = new Registry();
    const subgraphs = openSubgraphs(settings, metrics, log);
    stack.add(
      async () => void (await Promise.all([...subgraphs.all()].map((subgraph) => subgraph.stop()))),
    );

    const gateway = new ApolloGateway({
      supergraphSdl: supergraphFile(settings.SUPERGRAPH_FILE, log),
      buildService: ({ name, url }) => subgraphs.open(name, url ?? ''),
      validateSupergraph: true,
      __exposeQueryPlanExperimental: false,
      logger: log.child({}, { level: 'warn' }),
    });
    const subscriptions = openSubscriptions({
      subgraph: subgraphs.named,
      sign: subgraphs.sign,
      settings,
      metrics,
      log,
    });
    stack.add(subscriptions.stop);
    let schema: GraphQLSchema | undefined;
    const executor = execution(gateway, subgraphs.named, (preparation) => {
      ({ schema } = preparation);
      subscriptions.useSchema(preparation);
    });
    const registered =
      settings.PERSISTED_OPERATIONS === 'required'
        ? persistedOperations(settings.PERSISTED_OPERATIONS_FILE)
        : undefined;
    const weigh = queryGuard(settings, () => schema);
    const admit: Admit = (asked) => {
      const resolved = registered ? registered.resolve(asked) : asked;
      weigh(resolved);
      return resolved;
    };
    const identify = identityVerifier(settings, log);
    const server = apolloServer(executor.gateway, settings, registered, log);
    await server.start();
    stack.add(() => server.stop());

    const door = { server, subscriptions, identify, admit, settings, log };
    const streams = httpStreams(door);
    const known = knownOperations({ execution: executor, admit, identify });
    const { onGraphql, onStream } = streamRoutes({
      streams,
      identify,
      settings,
      kindOf: kindOf(registered),
    });
    const route = (stream: StreamRoute) =>
      graphqlRoute({
        server,
        log,
        maxBodyBytes: settings.MAX_BODY_BYTES,
        before: (request, response, body) => stream(request, response, askedBy(request, body)),
        context: contextOf(admit, identify, known),
      });
    const graphql = route(
      async (request, response, asked) =>
        (await known.answer(request, response, asked)) || onGraphql(request, response, asked),
    );
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
        '/graphql/stream': enter(['GET', 'POST', 'PUT', 'DELETE'], route(onStream)),
      },
    });
    stack.add(http.stop);
    stack.add(streams.stop);
    stack.add(serveSubscriptionSockets({ http: http.server, ...door }).stop);
    return { url: http.url };
  });
}

/** Weighs what is asked, and fills in its text where it is asked for by an id. */
type Admit = (asked: AskedOperation) => AskedOperation;

const apolloServer = (
  gateway: Execution['gateway'],
  settings: GatewaySettings,
  registered: PersistedOperations | undefined,
  log: Log,
) =>
  new ApolloServer<GatewayContext>({
    gateway,
    formatError: maskErrors(log),
    introspection: settings.INTROSPECTION,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: registered ? { cache: registered.cache } : false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: settings.QUERY_MAX_TOKENS },
    logger: log,
    plugins: [
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginLandingPageDisabled(),
    ],
  });

/** What a request may ask is settled before anything is done for it; then, who asks. */
const contextOf =
  (admit: Admit, identify: IdentityVerifier, known: KnownOperations) =>
  async (request: IncomingMessage, body: unknown): Promise<GatewayContext> => {
    admit(askedBy(request, body));
    const identity = await identify(request.headers.authorization);
    return { caller: callerOf(identity), answered: known.answered(request) };
  };

export const service = defineService({
  name: 'gateway',
  settings: gatewayShape,
  alsoWrong: tokenSource,
  start: startGateway,
});
