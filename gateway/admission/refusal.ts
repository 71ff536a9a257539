import { GraphQLError } from 'graphql';
import { asGraphqlError, formatFault, isClientCode } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';

/** How any transport answers what it does not execute: what was thrown, made fit for a client. */
export type Refusal = {
  /** The HTTP status, where there is one to send. */
  status: number;
  headers: Record<string, string>;
  result: { errors: GraphQLError[] };
};

export type RefusalOf = (thrown: unknown) => Refusal;

type Extensions = {
  code?: string;
  http?: { status?: number; headers?: Record<string, string> };
};

/** Faults are logged and masked; what the client caused keeps its code, its sentence, and its HTTP status and headers. */
export function refusalWriter(log: Log): RefusalOf {
  const mask = formatFault(log);
  return (thrown) => {
    const errors = errorsOf(thrown);
    const [first] = errors;
    const { code, http = {} } = (first?.extensions ?? {}) as Extensions;
    return {
      status: isClientCode(code) ? (http.status ?? 400) : 500,
      headers: http.headers ?? {},
      result: { errors: errors.map(mask) },
    };
  };
}

/** What was thrown, as GraphQL errors: one, or the several of an AggregateError or a list. */
function errorsOf(thrown: unknown): GraphQLError[] {
  const errors = thrown instanceof AggregateError ? thrown.errors : [thrown].flat();
  return errors.map((error) => (error instanceof GraphQLError ? error : asGraphqlError(error)));
}
