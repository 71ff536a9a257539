import type { Server } from 'node:http';
import type { ApolloServer } from '@apollo/server';
import { type GraphQLFormattedError, getOperationAST, parse } from 'graphql';
import type { Context } from 'graphql-ws';
import { asGraphqlError, clientError, formatFault } from '../../../runtime/errors.ts';
import { type SocketExtra, serveGraphqlWebSocket } from '../../../runtime/graphql-websocket.ts';
import type { Stop } from '../../../runtime/lifecycle.ts';
import type { Log } from '../../../runtime/log.ts';
import {
  callerOf,
  type Identity,
  type IdentityVerifier,
  tokenExpired,
} from '../../admission/identity.ts';
import type { AskedOperation } from '../../admission/operation-cost.ts';
import type { GatewaySettings } from '../../settings.ts';
import type { GatewayContext } from '../../subgraphs/data-source.ts';
import type { Subscriptions } from '../subscriptions.ts';

export type SubscriptionSocketNeeds = {
  http: Server;
  server: ApolloServer<GatewayContext>;
  subscriptions: Subscriptions;
  identify: IdentityVerifier;
  /** Weighs what is asked, and fills in its text where it is asked for by an id. */
  admit: (asked: AskedOperation) => AskedOperation;
  settings: GatewaySettings;
  log: Log;
};

type Connection = Context<
  Record<string, unknown>,
  SocketExtra & { identity?: Identity | undefined; expiry?: NodeJS.Timeout }
>;

/** Clients come back after 4403, with a token they have got anew; 4401 tells them not to. */
const forbidden = 4403;
const unauthorized = 4401;
/** RFC 6455's registry: for when we can't tell who it is, which is no fault of theirs. */
const tryAgainLater = 1013;

// setTimeout takes no longer delay than this.
const maxTimerMs = 2 ** 31 - 1;

/** Serves graphql-transport-ws at `/graphql`: subscriptions, and queries and mutations for clients that have no other way. */
export function serveSubscriptionSockets(needs: SubscriptionSocketNeeds): { stop: Stop } {
  const { http, server, subscriptions, identify, admit, settings, log } = needs;
  const mask = formatFault(log);

  const onConnect = async (connection: Connection) => {
    const { socket, request } = connection.extra;
    try {
      connection.extra.identity = await identify(
        tokenOf(connection.connectionParams) ?? request.headers.authorization,
      );
    } catch (error) {
      const { message, extensions } = asGraphqlError(error);
      if (extensions.code === 'SERVICE_UNAVAILABLE') socket.close(tryAgainLater, message);
      else socket.close(message === tokenExpired ? forbidden : unauthorized, message);
      return false;
    }
    closeAtExpiry(connection);
    return true;
  };

  const answer = (asked: AskedOperation, identity: Identity | undefined) => {
    const request = asked as {
      query: string;
      variables?: Record<string, unknown> | null;
      operationName?: string;
    };
    const { query, operationName } = request;
    const variables = request.variables ?? {};
    const document = readOrRefuse(query, settings.QUERY_MAX_TOKENS);
    if (getOperationAST(document, operationName)?.operation === 'subscription') {
      const results = subscriptions.open(
        { query, variables, ...(operationName ? { operationName } : {}) },
        identity,
        'websocket',
      );
      return { document, operationName, contextValue: async () => results };
    }
    const run = async () => {
      const contextValue = { caller: callerOf(identity) };
      const { body } = await server.executeOperation(
        { query, variables, operationName },
        { contextValue },
      );
      if (body.kind !== 'single') throw new Error('an answer in parts');
      return body.singleResult;
    };
    return { document, operationName, contextValue: run };
  };

  const { stop } = serveGraphqlWebSocket({
    http,
    path: '/graphql',
    maxMessageBytes: settings.MAX_BODY_BYTES,
    maxSockets: settings.SUBSCRIPTION_CONNECTIONS,
    heartbeatMs: settings.SUBSCRIPTION_HEARTBEAT,
    log,
    graphql: {
      connectionInitWaitTimeout: settings.SUBSCRIPTION_INIT_TIMEOUT,
      onConnect: (connection) => onConnect(connection as Connection),
      onClose: (connection) => clearTimeout((connection as Connection).extra.expiry),
      onSubscribe: (connection, _id, payload) => {
        try {
          if (
            Object.keys(connection.subscriptions).length > settings.SUBSCRIPTIONS_PER_CONNECTION
          ) {
            const most = `At most ${settings.SUBSCRIPTIONS_PER_CONNECTION} operations may be open over one connection.`;
            return [clientError('TOO_MANY_SUBSCRIPTIONS', most)];
          }
          const args = answer(
            admit(payload as AskedOperation),
            (connection as Connection).extra.identity,
          );
          return args as never;
        } catch (errors) {
          return [errors].flat().map((error) => mask(asGraphqlError(error)));
        }
      },
      // What is to be done was settled above, with everything at hand that is not handed on to here.
      subscribe: (args) => (args.contextValue as () => never)(),
      execute: (args) => (args.contextValue as () => never)(),
      onNext: (_connection, _id, _payload, _args, result) =>
        result as { errors?: GraphQLFormattedError[] },
    },
  });
  return { stop };
}

/** The token as clients send it in a connection's parameters, there being no headers to send from a browser. */
function tokenOf(params: Record<string, unknown> | undefined): string | undefined {
  const headers =
    typeof params?.headers === 'object' ? (params.headers as Record<string, unknown>) : {};
  const token = [
    params?.authorization,
    params?.Authorization,
    headers.authorization,
    headers.Authorization,
  ].find(Boolean);
  return token === undefined ? undefined : String(token);
}

function closeAtExpiry({ extra }: Connection): void {
  if (!extra.identity) return;
  const left = extra.identity.expiresAt.getTime() - Date.now();
  if (left > maxTimerMs) return;
  extra.expiry = setTimeout(() => extra.socket.close(forbidden, tokenExpired), left);
}

function readOrRefuse(query: unknown, maxTokens: number) {
  if (typeof query !== 'string')
    throw [clientError('BAD_REQUEST', 'An operation must have a `query`.')];
  try {
    return parse(query, { maxTokens });
  } catch (error) {
    throw [clientError('GRAPHQL_PARSE_FAILED', (error as Error).message)];
  }
}
