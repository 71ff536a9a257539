import { readFileSync } from 'node:fs';
import { ApolloServer, type BaseContext } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLScalarType, parse, Source } from 'graphql';
import {
  CurrencyResolver,
  DateTimeResolver,
  LocalDateResolver,
  SafeIntResolver,
} from 'graphql-scalars';
import { Registry } from 'prom-client';
import { type Caller, callerVerifier, type ServiceSecret } from './caller.ts';
import { clockSkewReport } from './clock-skew.ts';
import { enforceAccess, type OfCaller } from './enforce-access.ts';
import { maskErrors } from './errors.ts';
import { graphqlRoute } from './graphql-route.ts';
import { type HttpServer, type HttpServerOptions, startHttpServer } from './http-server.ts';
import { startWithStack } from './lifecycle.ts';
import type { Log } from './log.ts';
import { type SeenVersions, serveSubgraphSubscriptions } from './subgraph-subscriptions.ts';
import { nameSpans } from './tracing/name-spans.ts';
import type { Tracer } from './tracing/span.ts';

type Resolvers = Parameters<typeof buildSubgraphSchema>[0] extends infer M
  ? M extends { resolvers?: infer R }
    ? R
    : never
  : never;

export type SubgraphOptions<Context extends BaseContext & OfCaller> = {
  host: string;
  /** See `HttpServerOptions`. */
  port: HttpServerOptions['port'];
  /** The file of the subgraph's SDL. */
  sdlFile: URL;
  /** The resolvers, without those of scalars. */
  resolvers: unknown;
  /**
   * Makes the context of one request of a verified caller, with its own loaders.
   * @param seen for a subscription: the versions that the subscriber has seen
   */
  context: (caller: Caller, seen?: SeenVersions) => Context;
  serviceSecret: ServiceSecret;
  ready: HttpServerOptions['ready'];
  notes?: readonly string[];
  routes?: HttpServerOptions['routes'];
  metrics?: Registry;
  log: Log;
  tracer?: Tracer | undefined;
};

const scalars: Record<string, GraphQLScalarType> = {
  LocalDate: LocalDateResolver,
  DateTime: DateTimeResolver,
  SafeInt: SafeIntResolver,
  Currency: CurrencyResolver,
};

const maxBodyBytes = 1_000_000;

/** Starts a subgraph at `/graphql`. It answers only the gateway and other services. */
export function startSubgraph<Context extends BaseContext & OfCaller>(
  options: SubgraphOptions<Context>,
): Promise<HttpServer> {
  const {
    sdlFile,
    resolvers,
    context,
    serviceSecret,
    ready,
    notes = [],
    routes,
    metrics = new Registry(),
    log,
    tracer,
  } = options;
  return startWithStack(async (stack) => {
    const typeDefs = parse(
      new Source(readFileSync(sdlFile, 'utf8'), sdlFile.pathname.split('/').pop()),
    );
    const declared = typeDefs.definitions.flatMap((node) =>
      node.kind === 'ScalarTypeDefinition' ? [node.name.value] : [],
    );
    const ownScalars = Object.fromEntries(declared.map((name) => [name, scalars[name]]));
    const schema = buildSubgraphSchema({
      typeDefs,
      resolvers: { ...ownScalars, ...(resolvers as object) } as Resolvers,
    });
    enforceAccess(schema);
    const server = new ApolloServer<Context>({
      schema,
      formatError: maskErrors(log),
      introspection: true,
      includeStacktraceInErrorResponses: false,
      stopOnTerminationSignals: false,
      logger: log,
      plugins: [ApolloServerPluginInlineTraceDisabled(), ...(tracer ? [nameSpans] : [])],
    });
    await server.start();
    stack.defer(() => server.stop());

    const verify = callerVerifier(serviceSecret, clockSkewReport(metrics, log));
    const http = stack.use(
      await startHttpServer({
        host: options.host,
        port: options.port,
        metrics,
        ready,
        notes,
        verify,
        routes: {
          '/graphql': graphqlRoute({
            server,
            log,
            tracer,
            maxBodyBytes,
            context: async (request) => context(await verify(request.headers.authorization)),
          }),
          ...routes,
        },
      }),
    );
    if (schema.getSubscriptionType()) {
      stack.defer(
        serveSubgraphSubscriptions({
          http: http.server,
          schema,
          verify,
          context,
          log,
        }).stop,
      );
    }
    return { url: http.url, server: http.server };
  });
}
