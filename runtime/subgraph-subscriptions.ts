import type { Server } from 'node:http';
import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
} from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { mapped } from './async-generator.ts';
import type { Caller, CallerVerifier } from './caller.ts';
import { asGraphqlError, formatFault } from './errors.ts';
import { serveGraphqlWebSocket } from './graphql-websocket.ts';
import type { Stop } from './lifecycle.ts';
import type { Log } from './log.ts';
import { type ReadSubscriptionDocument, subscriptionDocuments } from './subscription-documents.ts';
import { shownName } from './tracing/shown-name.ts';
import { inSpan, type Span, type Tracer } from './tracing/span.ts';

/**
 * Which version of which thing an event shows. Versions of one thing only grow, by which a copy is
 * told from news.
 */
export type ChangePosition = {
  key: string;
  version: number;
  /** The `traceparent` of what made the version, where requests are traced. */
  trace?: string;
};

/** The versions that a subscriber has seen already, by key: it is brought up to date from there. */
export type SeenVersions = Readonly<Record<string, number>>;

/** What a subscription's resolver yields: the field's value, and where it stands. */
export type SubscriptionEvent = { [field: string]: unknown; change: ChangePosition };

export type SubgraphSubscriptionsOptions = {
  http: Server;
  schema: GraphQLSchema;
  verify: CallerVerifier;
  /** Makes a new context for each event, because loaders cache what they read. */
  context: (caller: Caller, seen: SeenVersions) => unknown;
  log: Log;
  tracer?: Tracer | undefined;
};

const maxMessageBytes = 1_000_000;
const maxSockets = 1_000;

/**
 * What the acknowledgement of a connection carries: events have positions, and `extensions.seen` is
 * understood.
 */
const acknowledgement = { resumesSubscriptions: true };

/** Whether a subgraph sends what was missed when a subscription is opened again, as ours do. */
export const resumesSubscriptions = (acknowledged: unknown): boolean =>
  (acknowledged as Partial<typeof acknowledgement> | undefined)?.resumesSubscriptions === true;

/**
 * Serves a subgraph's subscriptions to the gateway, by graphql-transport-ws. One connection carries
 * those of many users, so each subscribe message has a signed `extensions.authorization` that says
 * who subscribes; without it, it is the one who connected. `extensions.seen` gives the versions
 * that the gateway has; `extensions.change` of each event gives its position.
 */
export function serveSubgraphSubscriptions(options: SubgraphSubscriptionsOptions): { stop: Stop } {
  const { http, schema, verify, log, tracer } = options;
  const read = subscriptionDocuments(schema);
  const mask = formatFault(log);
  let open = 0;
  return serveGraphqlWebSocket({
    http,
    path: '/graphql',
    maxMessageBytes,
    takePlace() {
      if (open >= maxSockets) throw new Error('too many sockets are open');
      open += 1;
      return () => {
        open -= 1;
      };
    },
    log,
    graphql: {
      onConnect: async ({ connectionParams }) => {
        const known = await verify(textOf(connectionParams?.authorization)).catch(() => undefined);
        return known ? acknowledgement : false;
      },
      onSubscribe: ({ connectionParams }, _id, payload) =>
        readSubscription(options, read, connectionParams, payload),
      subscribe: (args) => events(args, mask, tracer),
      onError: (_connection, _id, _payload, errors) => errors.map(mask),
    },
  });
}

/** @returns what is executed, or the errors of what cannot be */
async function readSubscription(
  { schema, verify, context }: SubgraphSubscriptionsOptions,
  read: ReadSubscriptionDocument,
  connectionParams: Record<string, unknown> | undefined,
  { query, variables, operationName, extensions }: SubscribePayload,
): Promise<ExecutionArgs | readonly GraphQLError[]> {
  try {
    const authorization = extensions?.authorization ?? connectionParams?.authorization;
    const caller = await verify(textOf(authorization));
    const { document, errors } = read(query, operationName);
    if (errors.length > 0) return errors;
    const contextValue = () => context(caller, (extensions?.seen ?? {}) as SeenVersions);
    return { schema, document, operationName, variableValues: variables ?? {}, contextValue };
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    return [new GraphQLError('This cannot be subscribed to.')];
  }
}

/** An object cannot always be made a text. */
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;

type Mask = (error: GraphQLError) => GraphQLError;

/** Answers each event with a run of the operation on it. */
async function events(
  args: ExecutionArgs,
  mask: Mask,
  tracer: Tracer | undefined,
): Promise<AsyncGenerator<ExecutionResult> | ExecutionResult> {
  const freshContext = args.contextValue as () => unknown;
  const source = await createSourceEventStream({ ...args, contextValue: freshContext() });
  if (!(Symbol.asyncIterator in source)) return { errors: source.errors?.map(mask) };
  return mapped<SubscriptionEvent, ExecutionResult>(
    source as AsyncGenerator<SubscriptionEvent>,
    async (event) => {
      const span = spanOf(event, args, tracer);
      const given = { ...args, contextValue: freshContext(), rootValue: event };
      const result = await inSpan(span, () => execute(given));
      span?.end();
      const extensions = {
        change: span ? { ...event.change, trace: span.headers.traceparent } : event.change,
      };
      return result.errors
        ? { ...result, errors: result.errors.map(mask), extensions }
        : { ...result, extensions };
    },
    (error) => ({ errors: [mask(asGraphqlError(error))] }),
  );
}

/** Answering an event is a part of the trace that made the change. */
function spanOf(
  { change: { trace: traceparent } }: SubscriptionEvent,
  { operationName }: ExecutionArgs,
  tracer: Tracer | undefined,
): Span | undefined {
  if (traceparent === undefined) return undefined;
  const name = `change ${shownName(operationName ?? '')}`.trimEnd();
  return tracer?.begin(name, { kind: 'consumer', within: { traceparent } });
}

/** Turns versions of a thing into the events of a subscription. */
export const asEvents = <T, Event extends SubscriptionEvent>(
  followed: AsyncGenerator<T>,
  toEvent: (item: T) => Event,
): AsyncGenerator<Event> => mapped(followed, async (item) => toEvent(item));
