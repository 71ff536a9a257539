import { createHash } from 'node:crypto';
import { z } from 'zod';
import { clientError } from '../../runtime/errors.ts';
import type { GraphqlRequest } from './graphql-request.ts';
import type { Safelist } from './safelist.ts';

/**
 * Fills in the text of an operation that a request names by its id.
 * @throws PERSISTED_QUERY_NOT_FOUND where the id is not registered, PERSISTED_QUERY_REQUIRED where the text is not
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
    if (typeof request.query === 'string') {
      const id = createHash('sha256').update(request.query).digest('hex');
      if (!registered.has(id))
        throw clientError(
          'PERSISTED_QUERY_REQUIRED',
          'Only operations that are registered may be sent here.',
        );
      if (named && named.sha256Hash !== id)
        throw clientError('BAD_REQUEST', 'The `sha256Hash` is not that of the `query`.');
      return request;
    }
    if (!named) return request;
    const query = registered.textOf(named.sha256Hash);
    // Apollo Client knows this answer by these words, and then sends the text.
    if (query === undefined)
      throw clientError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');
    return { ...request, query };
  };
}

const withId = z.object({
  persistedQuery: z.object({ version: z.unknown(), sha256Hash: z.string() }),
});

const persistedQueryOf = ({ extensions }: GraphqlRequest) =>
  extensions === undefined ? undefined : withId.safeParse(extensions).data?.persistedQuery;
