import { readFileSync } from 'node:fs';
import { ApolloServer, type BaseContext } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
} from '@apollo/server/plugin/disabled';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLScalarType, parse, Source } from 'graphql';
import { CurrencyResolver, DateTimeResolver, SafeIntResolver } from 'graphql-scalars';
import { Registry } from 'prom-client';
import { type Caller, callerVerifier, type ServiceSecret } from './caller.ts';
import { type ClientShareOptions, clientShare } from './client-share.ts';
import { clockSkewReport } from './clock-skew.ts';
import { enforceAccess, type OfCaller } from './enforce-access.ts';
import { clientError, maskErrors } from './errors.ts';
import { graphqlRoute } from './graphql-route.ts';
import { type HttpServer, type HttpServerOptions, startHttpServer } from './http-server.ts';
import { startWithStack } from './lifecycle.ts';
import { localDate } from './local-date.ts';
import type { Log } from './log.ts';
import { answerListsInTurns } from './long-lists.ts';
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
  /** How many operations of clients are executed at once, and how many more may wait. */
  share?: Pick<ClientShareOptions, 'atOnce' | 'waiting'>;
  routes?: HttpServerOptions['routes'];
  metrics?: Registry;
  log: Log;
  tracer?: Tracer | undefined;
};

const scalars: Record<string, GraphQLScalarType> = {
  LocalDate: localDate,
  DateTime: DateTimeResolver,
  SafeInt: SafeIntResolver,
  Currency: CurrencyResolver,
};

const maxBodyBytes = 1_000_000;

/** What clients may have of a service. */
const standardShare = { atOnce: 32, waiting: 2_000 };
const roomForServices = 2_000;

const notNow = () =>
  clientError('SERVICE_UNAVAILABLE', 'Too many requests are waiting now. Try again in a moment.', {
    'retry-after': '1',
  });

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
    share = standardShare,
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
    answerListsInTurns(schema);
    const server = new ApolloServer<Context>({
      schema,
      formatError: maskErrors(log),
      introspection: true,
      includeStacktraceInErrorResponses: false,
      stopOnTerminationSignals: false,
      logger: log,
      plugins: [
        ApolloServerPluginInlineTraceDisabled(),
        // The gateway reads hints in the schema. To look for them at each field takes a tenth.
        ApolloServerPluginCacheControlDisabled(),
        ...(tracer ? [nameSpans] : []),
      ],
    });
    await server.start();
    stack.defer(() => server.stop());

    const verify = callerVerifier(serviceSecret, clockSkewReport(metrics, log));
    const enter = clientShare({ ...share, tooMany: notNow });
    const http = stack.use(
      await startHttpServer({
        host: options.host,
        port: options.port,
        metrics,
        ready,
        notes,
        verify,
        // Requests of clients are bounded by their share, which leaves room for services.
        maxUnderWay: share.atOnce + share.waiting + roomForServices,
        routes: {
          '/graphql': graphqlRoute({
            server,
            log,
            tracer,
            maxBodyBytes,
            context: async (request, response) => {
              const caller = await verify(request.headers.authorization);
              await enter(caller, response);
              return context(caller);
            },
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
          tracer,
        }).stop,
      );
    }
    return { url: http.url, server: http.server };
  });
}
