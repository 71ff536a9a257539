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

/** Errors are counted by the subgraphs that they come from, if there are such subgraphs. */
export type ErrorCounting = { metrics?: Registry; isSubgraph?: (name: unknown) => boolean };

/**
 * Faults are logged and masked; what the client caused keeps its code, its sentence, and its HTTP
 * status and headers.
 */
export function refusalWriter(
  log: Log,
  { metrics, isSubgraph = () => false }: ErrorCounting = {},
): RefusalOf {
  const mask = formatFault(log);
  const counted = metrics && errorCounter(metrics);
  const told = (error: GraphQLError) => {
    const masked = mask(error);
    const { serviceName } = error.extensions;
    const subgraph = isSubgraph(serviceName) ? String(serviceName) : 'none';
    counted?.inc({ code: String(masked.extensions.code), subgraph });
    return masked;
  };
  return (thrown) => {
    const errors = errorsOf(thrown);
    const [first] = errors;
    const { code, http = {} } = (first?.extensions ?? {}) as Extensions;
    const status = isClientCode(code) ? (http.status ?? 400) : 500;
    return {
      status,
      // RFC 9110, 15.5.2: 401 says how to sign in.
      headers: { ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}), ...http.headers },
      result: { errors: errors.map(told) },
    };
  };
}

/** Masked errors have one of few codes. */
const errorCounter = (metrics: Registry) =>
  new Counter({
    name: 'gateway_errors_total',
    help: 'Errors that clients were told, also those beside data, by code and subgraph.',
    labelNames: ['code', 'subgraph'],
    registers: [metrics],
  });

/** What was thrown, as GraphQL errors: one, or the several of an AggregateError or a list. */
function errorsOf(thrown: unknown): GraphQLError[] {
  const errors = thrown instanceof AggregateError ? thrown.errors : [thrown].flat();
  return errors.map((error) => (error instanceof GraphQLError ? error : asGraphqlError(error)));
}
