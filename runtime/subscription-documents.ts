import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  parse,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { clientError } from './errors.ts';

export type SubscriptionDocument = { document: DocumentNode; errors: readonly GraphQLError[] };

/** Reads the text of a subscription. @throws the GraphQL error of a text that cannot be parsed */
export type ReadSubscriptionDocument = (
  query: string,
  operationName: string | null | undefined,
) => SubscriptionDocument;

const rememberedDocuments = 1_000;

/**
 * Parses and validates each text once: thousands of clients subscribe by the same one, and often
 * all at once.
 */
export function subscriptionDocuments(schema: GraphQLSchema): ReadSubscriptionDocument {
  const documents = new LRUCache<string, SubscriptionDocument>({ max: rememberedDocuments });
  return (query, operationName) => {
    const key = `${operationName ?? ''} ${query}`;
    const known = documents.get(key);
    if (known) return known;
    const document = parse(query);
    const read = { document, errors: errorsOf(schema, document, operationName) };
    documents.set(key, read);
    return read;
  };
}

function errorsOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null | undefined,
): readonly GraphQLError[] {
  const invalid = validate(schema, document);
  if (invalid.length > 0) return invalid;
  if (getOperationAST(document, operationName)?.operation === 'subscription') return [];
  return [clientError('BAD_REQUEST', 'Only subscriptions are served over this connection.')];
}
