import { clientError } from '../../runtime/errors.ts';
import type { OperationRecord } from '../records/operation-record.ts';

/** What a client sends to have an operation executed, before anything about it is checked. */
export type GraphqlRequest = {
  query?: unknown;
  /** The id of a registered document, where no text is sent. */
  documentId?: unknown;
  operationName?: unknown;
  variables?: unknown;
  extensions?: unknown;
};

/** A request for a stream, and what is told of it. */
export type StreamRequest = { graphqlRequest: GraphqlRequest; record: OperationRecord };

/** A request whose members are what they must be. */
export type WellFormed = {
  /** The text of the document, also where the request named it by its id only. */
  query: string;
  operationName?: string | undefined;
  variables: Record<string, unknown>;
};

/** Checks what the members of a request are. @throws BAD_REQUEST */
export function wellFormed(request: GraphqlRequest): WellFormed {
  const { query, operationName, variables, extensions } = request;
  if (typeof query !== 'string' || query === '')
    throw clientError('BAD_REQUEST', 'The request must have a `query`, which must be a text.');
  if (!isOptional(operationName, (value) => typeof value === 'string'))
    throw clientError('BAD_REQUEST', '`operationName` must be a text.');
  if (!isOptional(variables, isRecord))
    throw clientError('BAD_REQUEST', '`variables` must be an object.');
  if (!isOptional(extensions, isRecord))
    throw clientError('BAD_REQUEST', '`extensions` must be an object.');
  return {
    query,
    operationName: typeof operationName === 'string' ? operationName : undefined,
    variables: (variables ?? {}) as Record<string, unknown>,
  };
}

const isOptional = (value: unknown, is: (value: unknown) => boolean): boolean =>
  value === undefined || value === null || is(value);

const isRecord = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
