import type { IncomingMessage } from 'node:http';
import { getOperationAST, type OperationTypeNode, parse } from 'graphql';
import { searchOf } from '../../runtime/http-server.ts';
import type { AskedOperation } from './operation-cost.ts';
import type { PersistedOperations } from './persisted-operations.ts';

/** What a request asks; one that is malformed is left for the server to refuse. */
export function askedBy(request: IncomingMessage, body: unknown): AskedOperation {
  if (request.method !== 'GET') return typeof body === 'object' && body !== null ? body : {};
  const given = new URLSearchParams(searchOf(request));
  const named = { query: given.get('query'), operationName: given.get('operationName') };
  try {
    const json = (name: string) => JSON.parse(given.get(name) ?? '{}');
    return { ...named, variables: json('variables'), extensions: json('extensions') };
  } catch {
    return named;
  }
}

/** Whether a query, a mutation or a subscription is asked for; undefined where it can't be said: the server will say why. */
export const kindOf =
  (registered: PersistedOperations | undefined) =>
  (asked: AskedOperation): OperationTypeNode | undefined => {
    const { operationName } = asked;
    const query = asked.query ?? registered?.textOf(asked);
    // Parsing each request twice would cost more than this look.
    if (typeof query !== 'string' || !query.includes('subscription')) return undefined;
    try {
      return getOperationAST(
        parse(query, { maxTokens: 4_000 }),
        operationName as string | undefined,
      )?.operation;
    } catch {
      return undefined;
    }
  };
