import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { ExecutionArgs, ExecutionResult, GraphQLError } from 'graphql';
import type { Context, SubscribePayload } from 'graphql-ws';
import { asyncGenerator } from '../../../runtime/async-generator.ts';
import { clientError } from '../../../runtime/errors.ts';
import {
  closeReason,
  type SocketExtra,
  serveGraphqlWebSocket,
} from '../../../runtime/graphql-websocket.ts';
import { type Identity, tokenExpired } from '../../../runtime/identity/identity.ts';
import type { Stop } from '../../../runtime/lifecycle.ts';
import { type Log, withLogFieldsNow } from '../../../runtime/log.ts';
import type { TraceHeaders } from '../../../runtime/tracing/span.ts';
import type { Admission } from '../../admission/admit.ts';
import type { ConnectionLimits } from '../../admission/connection-limits.ts';
import { excessOf } from '../../admission/json-size.ts';
import { isToldInTime } from '../../admission/late-refusal.ts';
import type { RefusalOf } from '../../admission/refusal.ts';
import type { Recorder } from '../../records/operation-record.ts';
import type { GatewaySettings } from '../../settings.ts';
import { clientOf } from '../../usage/client.ts';
import type { Results } from '../results.ts';
import type { Begin } from './begin.ts';
import { type LatestOfIds, leftBehind, never, takeId } from './operation-ids.ts';
import { onTokenExpiry } from './token-expiry.ts';

export type SubscriptionSocketNeeds = Pick<
  Admission,
  'admit' | 'identify' | 'charge' | 'chargeSocket' | 'late'
> & {
  http: Server;
  begin: Begin;
  connections: ConnectionLimits;
  refusalOf: RefusalOf;
  recorder: Recorder;
  settings: GatewaySettings;
  log: Log;
};

type Connection = Context<
  Record<string, unknown>,
  SocketExtra & {
    identity?: Identity | undefined;
    cancelExpiry?: () => void;
    idle?: NodeJS.Timeout;
    /** How many messages have come that are not charged yet. */
    messages?: number;
    latest?: LatestOfIds;
  }
>;

/** Clients come back after 4403, with a new token; 4401 and 4429 tell them not to. */
const forbidden = 4403;
const unauthorized = 4401;
const tooMany = 4429;
const idle = 4408;
/** RFC 6455's registry: for what is no fault of the client. */
const internalError = 1011;
const tryAgainLater = 1013;

/** Serves graphql-transport-ws at `/graphql`: subscriptions, queries and mutations. */
export function serveSubscriptionSockets(needs: SubscriptionSocketNeeds): { stop: Stop } {
  const { http, chargeSocket, connections, refusalOf, settings, log } = needs;
  return serveGraphqlWebSocket({
    http,
    path: '/graphql',
    maxMessageBytes: settings.MAX_BODY_BYTES,
    inTurns: true,
    takePlace(request) {
      chargeSocket({ request });
      return connections.take(request, undefined);
    },
    excessOf: (message) => excessOf(message, settings.QUERY_MAX_VALUES),
    onFrame: (extra, bytes) => chargeFrame(needs, extra, bytes),
    heartbeatMs: settings.SUBSCRIPTION_HEARTBEAT,
    log,
    graphql: {
      connectionInitWaitTimeout: settings.SUBSCRIPTION_INIT_TIMEOUT,
      onConnect: (connection) => connect(needs, connection as Connection),
      onClose(connection) {
        const { cancelExpiry, idle, release } = (connection as Connection).extra;
        cancelExpiry?.();
        clearTimeout(idle);
        release();
      },
      onSubscribe: (connection, id, payload) =>
        subscribe(needs, connection as Connection, id, payload),
      onComplete: (connection) => closeWhenIdle(needs, connection as Connection),
      subscribe: begun,
      execute: begun,
      onError: (_connection, _id, _payload, errors) =>
        toldBefore.has(errors) ? errors : refusalOf(errors).result.errors,
    },
  });
}

/**
 * Settles who has connected.
 * @returns false after it has closed the socket with a code and a reason
 */
async function connect(needs: SubscriptionSocketNeeds, connection: Connection): Promise<boolean> {
  const { identify, connections } = needs;
  const { extra } = connection;
  const { socket, request } = extra;
  try {
    const given = tokenOf(connection.connectionParams) ?? request.headers.authorization;
    const identity = await identify({ request }, given);
    // The socket may have closed while the token was verified.
    if (socket.readyState !== socket.OPEN) return false;
    if (identity) {
      const ofAddress = extra.release;
      extra.release = connections.take(request, identity);
      ofAddress();
      extra.identity = identity;
    }
    extra.cancelExpiry = onTokenExpiry(identity, () => socket.close(forbidden, tokenExpired));
    closeWhenIdle(needs, connection);
    return true;
  } catch (error) {
    const [refused] = needs.refusalOf(error).result.errors;
    if (await isToBeSent(needs, extra, error))
      socket.close(closeCodeOf(refused), reasonOf(refused));
    return false;
  }
}

function closeCodeOf(refused: GraphQLError | undefined): number {
  switch (refused?.extensions.code) {
    case 'UNAUTHENTICATED':
      return refused.message === tokenExpired ? forbidden : unauthorized;
    case 'TOO_MANY_CONNECTIONS':
      return tooMany;
    case 'SERVICE_UNAVAILABLE':
    case 'TOO_MANY_REQUESTS':
      return tryAgainLater;
    default:
      return internalError;
  }
}

/** Waits before a refusal is sent to who is refused often. @returns whether it is to be sent */
const isToBeSent = (
  { late }: SubscriptionSocketNeeds,
  extra: Connection['extra'],
  refused: unknown,
): Promise<boolean> =>
  isToldInTime(late(extra, refused), extra.socket, () => extra.socket.terminate());

const reasonOf = (refused: GraphQLError | undefined): string => closeReason(refused?.message ?? '');

/** A socket without an identity may stay open while an operation runs, and a little longer. */
function closeWhenIdle({ settings }: SubscriptionSocketNeeds, connection: Connection): void {
  const { extra, subscriptions } = connection;
  clearTimeout(extra.idle);
  if (extra.identity || extra.socket.readyState !== extra.socket.OPEN) return;
  extra.idle = setTimeout(() => {
    if (Object.keys(subscriptions).length === 0)
      extra.socket.close(idle, 'Nothing was asked over this connection');
  }, settings.SUBSCRIPTION_IDLE_TIMEOUT);
}

/** Messages are charged by the hundred, for each of them costs less than to count it. */
const framesCharged = 100;
const weightOfFrames = 300;
/** A longer one counts as several. */
const bytesOfFrame = 300;

/** Closes the socket of who has used up all and goes on sending, be it only pings. */
function chargeFrame(
  { charge, refusalOf }: SubscriptionSocketNeeds,
  extra: Connection['extra'],
  bytes: number,
): void {
  extra.messages = (extra.messages ?? 0) + 1 + Math.floor(bytes / bytesOfFrame);
  if (extra.messages < framesCharged) return;
  extra.messages = 0;
  charge(extra, extra.identity, weightOfFrames).catch((error) => {
    const [refused] = refusalOf(error).result.errors;
    extra.socket.close(closeCodeOf(refused), reasonOf(refused));
  });
}

/** What is fit for a client, and is logged and counted: graphql-ws shows us all errors once more. */
const toldBefore = new WeakSet<readonly GraphQLError[]>();

async function subscribe(
  needs: SubscriptionSocketNeeds,
  connection: Connection,
  id: string,
  payload: SubscribePayload,
): Promise<ExecutionArgs | readonly GraphQLError[]> {
  const { admit, begin, refusalOf, recorder, settings } = needs;
  const { extra, subscriptions, connectionParams } = connection;
  const most = settings.SUBSCRIPTIONS_PER_CONNECTION;
  const client = clientOf(connectionParams, extra.request.headers);
  const span = recorder.span(traceOf(payload));
  const requestId = span?.traceId ?? randomUUID();
  const record = recorder.begin({ requestId, transport: 'websocket', client, span });
  extra.latest ??= new Map();
  const place = takeId(extra.latest, id);
  try {
    if (Object.keys(subscriptions).length > most)
      throw clientError(
        'TOO_MANY_SUBSCRIPTIONS',
        `At most ${most} operations may be open over one connection.`,
      );
    const admitted = await admit(payload, {
      identity: extra.identity,
      request: extra.request,
      record,
    });
    if (place.isTaken()) return leftBehind(record);
    const { document, operation } = admitted;
    const results = begin(admitted, 'websocket');
    const onEnd = (isLeft: boolean) => {
      place.giveBack();
      if (isLeft) closeWhenIdle(needs, connection);
    };
    const contextValue = () => sentOver(extra, id, results, onEnd);
    const { operationName } = operation;
    return { document, operationName, contextValue } as Partial<ExecutionArgs> as ExecutionArgs;
  } catch (error) {
    if (place.isTaken()) return leftBehind(record);
    const { errors } = withLogFieldsNow({ requestId }, () => refusalOf(error)).result;
    record.errors(errors);
    await isToBeSent(needs, extra, error);
    if (place.isTaken()) return leftBehind(record);
    place.giveBack();
    record.end();
    // graphql-ws tells of the end of what has begun alone.
    closeWhenIdle(needs, connection);
    toldBefore.add(errors);
    return errors;
  }
}

/** A message has no headers, so a client may send the W3C trace context in its `extensions`. */
const traceOf = ({ extensions }: SubscribePayload): TraceHeaders | undefined =>
  typeof extensions?.traceparent === 'string' ? (extensions as TraceHeaders) : undefined;

/** What `subscribe` has begun. */
const begun = (args: ExecutionArgs): ReturnType<typeof sentOver> =>
  (args.contextValue as () => ReturnType<typeof sentOver>)();

/**
 * Results that go over a socket, for graphql-ws: it sees none of them, only their end. They are
 * written here, so that a result is turned into bytes once for all who get it.
 */
function sentOver(
  { write }: SocketExtra,
  id: string,
  results: Results,
  onEnd: (isLeft: boolean) => void,
): AsyncGenerator<never> {
  const head = Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":`);
  let isLeft = false;
  return asyncGenerator<never>({
    async next() {
      await results.pipe((result) => write(head, payloadOf(result))).finally(() => onEnd(isLeft));
      return isLeft ? never() : { done: true, value: undefined };
    },
    close() {
      isLeft = true;
      results.leave();
      onEnd(isLeft);
    },
  });
}

const payloads = new WeakMap<ExecutionResult, Buffer>();

/** A result as the end of a message: in bytes, once for all who get it. Its text is not kept. */
function payloadOf(result: ExecutionResult): Buffer {
  const known = payloads.get(result);
  if (known) return known;
  const payload = Buffer.from(`${JSON.stringify(result)}}`);
  payloads.set(result, payload);
  return payload;
}

/** The token in a connection's parameters: from a browser, a client cannot send it as a header. */
function tokenOf(params: Record<string, unknown> | undefined): string | undefined {
  const headers = (typeof params?.headers === 'object' ? params.headers : null) ?? {};
  const given = { ...headers, ...params } as Record<string, unknown>;
  const token = given.authorization || given.Authorization;
  if (!token) return undefined;
  // An object cannot always be made a text. Whatever is none is no token that is believed.
  return typeof token === 'string' ? token : 'no text';
}
