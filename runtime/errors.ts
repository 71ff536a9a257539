import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { databaseAway } from './database-errors.ts';
import { currentRequestId, type Log } from './log.ts';

/**
 * Another service did not answer, or answered with errors. Whether it did what it was asked is
 * unknown.
 */
export class ServiceUnavailable extends Error {
  override name = 'ServiceUnavailable';
}

/** The codes of errors that clients see. Everything else is a fault and is masked. */
export const clientCodes = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'UNAUTHORIZED_FIELD_OR_TYPE',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'PERSISTED_QUERY_REQUIRED',
  'REQUEST_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'NOT_ACCEPTABLE',
  'METHOD_NOT_ALLOWED',
  'QUERY_TOO_COMPLEX',
  'TOO_MANY_REQUESTS',
  'TOO_MANY_SUBSCRIPTIONS',
  'OPERATION_TIMEOUT',
  'TOO_MANY_CONNECTIONS',
  'SERVICE_UNAVAILABLE',
] as const;
export type ClientCode = (typeof clientCodes)[number];

const httpStatus: Partial<Record<ClientCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  UNAUTHORIZED_FIELD_OR_TYPE: 403,
  PERSISTED_QUERY_NOT_FOUND: 200,
  PERSISTED_QUERY_NOT_SUPPORTED: 200,
  REQUEST_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  NOT_ACCEPTABLE: 406,
  METHOD_NOT_ALLOWED: 405,
  TOO_MANY_REQUESTS: 429,
  TOO_MANY_CONNECTIONS: 429,
  SERVICE_UNAVAILABLE: 503,
};

/**
 * An error that the client caused and may read.
 * @param headers of the HTTP response that refuses a request for it
 */
export function clientError(
  code: ClientCode,
  message: string,
  headers?: Record<string, string>,
): GraphQLError {
  const status = httpStatus[code];
  // Apollo Server answers 500 if one of them is present and undefined.
  const http = { ...(status ? { status } : {}), ...(headers ? { headers } : {}) };
  return new GraphQLError(message, {
    extensions: { code, ...(status || headers ? { http } : {}) },
  });
}

/** Refuses a part of an operation to its caller. @param isNobody whether signing in would help */
export const unauthorized = (isNobody: boolean): GraphQLError =>
  clientError('UNAUTHORIZED_FIELD_OR_TYPE', unauthorizedMessage(isNobody));

export const unauthorizedMessage = (isNobody: boolean): string =>
  isNobody
    ? 'Sign in first: send a token as `Authorization: Bearer …`.'
    : 'You are not allowed to see this field or type.';

export const isClientCode = (code: unknown): code is ClientCode =>
  (clientCodes as readonly unknown[]).includes(code);

/** What a client can do about an outage of another service or the database, if it is one. */
const outageAdvice = (cause: unknown): string | undefined =>
  cause instanceof ServiceUnavailable ? 'Try again in a moment.' : databaseAway(cause);

/**
 * Formats errors for clients: what the client caused keeps its code, a fault is logged and masked.
 * For Apollo Server's
 * `formatError`.
 */
export const maskErrors =
  (log: Log) =>
  (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const { message, locations, path, extensions } = formatted;
    const code = extensions?.code;
    if (isClientCode(code)) return { message, locations, path, extensions: { code } };
    const requestId = currentRequestId();
    const cause = (error as GraphQLError)?.originalError ?? error;
    const advice = outageAdvice(cause);
    if (advice) {
      // An outage is expected and shows in each request: a line without a stack.
      log.warn({ cause: (cause as Error).message, path }, 'a request met an outage');
      const message = `A part of the service does not answer. ${advice}`;
      return { message, locations, path, extensions: { code: 'SERVICE_UNAVAILABLE', requestId } };
    }
    log.error({ err: cause, path, code }, 'a request failed');
    return {
      message: 'Something went wrong on our side. It is safe to try again.',
      locations,
      path,
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
    };
  };

/** The same for errors that do not pass through Apollo Server. */
export const formatFault = (log: Log) => {
  const mask = maskErrors(log);
  return (error: GraphQLError): GraphQLError => {
    const { message, ...rest } = mask(error.toJSON(), error);
    return new GraphQLError(message, {
      source: error.source,
      positions: error.positions,
      path: rest.path,
      extensions: rest.extensions,
    });
  };
};

/** Turns any error into a GraphQL error. The original error is kept. */
export const asGraphqlError = (error: unknown): GraphQLError => {
  if (error instanceof GraphQLError) return error;
  const { message, extensions, path } = error as GraphQLError;
  return new GraphQLError(message, {
    path,
    extensions,
    originalError: error instanceof Error ? error : null,
  });
};
