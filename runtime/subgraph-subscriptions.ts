import type { Server } from 'node:http';
import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  parse,
  validate,
} from 'graphql';
import { mapped } from './async-generator.ts';
import type { Caller, CallerVerifier } from './caller.ts';
import { asGraphqlError, clientError, formatFault } from './errors.ts';
import { serveGraphqlWebSocket } from './graphql-websocket.ts';
import type { Stop } from './lifecycle.ts';
import type { Log } from './log.ts';

/** Which version of which thing an event shows. Versions of one thing only grow, by which a copy is told from news. */
export type ChangePosition = { key: string; version: number };

/** The versions that a subscriber has seen already, by key: it is brought up to date from there. */
export type SeenVersions = Readonly<Record<string, number>>;

/** What a subscription's resolver yields: the field's value, and where it stands. */
export type SubscriptionEvent = { [field: string]: unknown; change: ChangePosition };

export type SubgraphSubscriptionsOptions = {
  http: Server;
  schema: GraphQLSchema;
  verify: CallerVerifier;
  /** A fresh context for each event: what a loader has read is old by the next. */
  context: (caller: Caller, seen: SeenVersions) => unknown;
  log: Log;
};

const maxMessageBytes = 1_000_000;
const maxSockets = 1_000;

/**
 * Serves a subgraph's subscriptions to the gateway, by graphql-transport-ws. One connection carries those of many users, so
 * each subscribe message says, signed, who asks: `extensions.authorization` (without it, the one who connected). `extensions.seen` brings up to date who was away.
 * Each event says where it stands: `extensions.change`.
 */
export function serveSubgraphSubscriptions(options: SubgraphSubscriptionsOptions): { stop: Stop } {
  const { http, schema, verify, context, log } = options;
  const mask = formatFault(log);
  return serveGraphqlWebSocket({
    http,
    path: '/graphql',
    maxMessageBytes,
    maxSockets,
    log,
    graphql: {
      onConnect: async ({ connectionParams }) => {
        const known = await verify(String(connectionParams?.authorization)).catch(() => undefined);
        return known !== undefined;
      },
      onSubscribe: async (
        { connectionParams },
        _id,
        { query, variables, operationName, extensions },
      ) => {
        try {
          const caller = await verify(
            String(extensions?.authorization ?? connectionParams?.authorization),
          );
          const document = parse(query);
          const invalid = validate(schema, document);
          if (invalid.length > 0) return invalid;
          if (getOperationAST(document, operationName)?.operation !== 'subscription')
            return [
              clientError('BAD_REQUEST', 'Only subscriptions are served over this connection.'),
            ];
          const contextValue = () => context(caller, (extensions?.seen ?? {}) as SeenVersions);
          return { schema, document, operationName, variableValues: variables, contextValue };
        } catch (error) {
          return [
            error instanceof GraphQLError
              ? error
              : new GraphQLError('This cannot be subscribed to.'),
          ];
        }
      },
      subscribe: (args) => events(args, mask),
      onError: (_connection, _id, _payload, errors) => errors.map(mask),
    },
  });
}

type Mask = (error: GraphQLError) => GraphQLError;

/** Answers each event with a run of the operation on it. */
async function events(
  args: ExecutionArgs,
  mask: Mask,
): Promise<AsyncGenerator<ExecutionResult> | ExecutionResult> {
  const freshContext = args.contextValue as () => unknown;
  const source = await createSourceEventStream({ ...args, contextValue: freshContext() });
  if (!(Symbol.asyncIterator in source)) return { errors: source.errors?.map(mask) };
  return mapped<SubscriptionEvent, ExecutionResult>(
    source as AsyncGenerator<SubscriptionEvent>,
    async (event) => {
      const result = await execute({ ...args, contextValue: freshContext(), rootValue: event });
      const extensions = { change: event.change };
      return result.errors
        ? { ...result, errors: result.errors.map(mask), extensions }
        : { ...result, extensions };
    },
    (error) => ({ errors: [mask(asGraphqlError(error))] }),
  );
}

/** Makes a subscription's events of what is followed. */
export const asEvents = <T, Event extends SubscriptionEvent>(
  followed: AsyncGenerator<T>,
  toEvent: (item: T) => Event,
): AsyncGenerator<Event> => mapped(followed, async (item) => toEvent(item));
