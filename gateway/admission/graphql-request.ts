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
