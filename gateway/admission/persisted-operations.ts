import { createHash } from 'node:crypto';
import { z } from 'zod';
import { clientError } from '../../runtime/errors.ts';
import type { GraphqlRequest } from './graphql-request.ts';
import type { Safelist } from './safelist.ts';

/**
 * Fills in the text of an operation that a request names by its id.
 * @throws PERSISTED_QUERY_NOT_FOUND where the id is not registered, PERSISTED_QUERY_REQUIRED where
 *   the text is not
 */
export type ResolveQuery = (request: GraphqlRequest) => GraphqlRequest;

/** For a gateway at which nothing is registered: every text may be sent, and no id. */
export const withoutRegistry: ResolveQuery = (request) => {
  // Apollo Client knows this answer by these words, and sends the text from then on.
  if (persistedQueryOf(request))
    throw clientError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported');
  return request;
};

/** For a gateway that executes only registered operations. */
export function persistedOperations(registered: Safelist): ResolveQuery {
  return (request) => {
    const named = persistedQueryOf(request);
    if (named && named.version !== 1)
      throw clientError('BAD_REQUEST', 'Only version 1 of persisted queries is supported.');
    const { query } = request;
    if (typeof query === 'string') {
      requireRegistered(registered, query, named?.sha256Hash);
      return request;
    }
    return named ? { ...request, query: textOf(registered, named.sha256Hash) } : request;
  };
}

function requireRegistered(registered: Safelist, query: string, claimed: string | undefined): void {
  const id = createHash('sha256').update(query).digest('hex');
  if (!registered.has(id))
    throw clientError(
      'PERSISTED_QUERY_REQUIRED',
      'Only operations that are registered may be sent here.',
    );
  if (claimed !== undefined && claimed !== id)
    throw clientError('BAD_REQUEST', 'The `sha256Hash` is not that of the `query`.');
}

function textOf(registered: Safelist, id: string): string {
  const query = registered.textOf(id);
  // Apollo Client knows this answer by these words, and then sends the text.
  if (query === undefined) throw clientError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');
  return query;
}

const withId = z.object({
  persistedQuery: z.object({ version: z.unknown(), sha256Hash: z.string() }),
});

const persistedQueryOf = ({ extensions }: GraphqlRequest) =>
  extensions === undefined ? undefined : withId.safeParse(extensions).data?.persistedQuery;
