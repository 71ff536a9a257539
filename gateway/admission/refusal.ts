import { GraphQLError } from 'graphql';
import { Counter, type Registry } from 'prom-client';
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

/**
 * Faults are logged and masked; what the client caused keeps its code, its sentence, and its HTTP
 * status and headers.
 */
export function refusalWriter(log: Log, metrics?: Registry): RefusalOf {
  const mask = formatFault(log);
  const counted = metrics && errorCounter(metrics);
  const told = (error: GraphQLError) => {
    const masked = mask(error);
    counted?.inc({ code: String(masked.extensions.code) });
    return masked;
  };
  return (thrown) => {
    const errors = errorsOf(thrown);
    const [first] = errors;
    const { code, http = {} } = (first?.extensions ?? {}) as Extensions;
    return {
      status: isClientCode(code) ? (http.status ?? 400) : 500,
      headers: http.headers ?? {},
      result: { errors: errors.map(told) },
    };
  };
}

/** Masked errors have one of few codes. */
const errorCounter = (metrics: Registry) =>
  new Counter({
    name: 'gateway_errors_total',
    help: 'Errors that clients were told, also those beside data, by their code.',
    labelNames: ['code'],
    registers: [metrics],
  });

/** What was thrown, as GraphQL errors: one, or the several of an AggregateError or a list. */
function errorsOf(thrown: unknown): GraphQLError[] {
  const errors = thrown instanceof AggregateError ? thrown.errors : [thrown].flat();
  return errors.map((error) => (error instanceof GraphQLError ? error : asGraphqlError(error)));
}
