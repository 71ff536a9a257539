import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { clientError } from '../../runtime/errors.ts';
import type { GraphqlRequest } from './graphql-request.ts';
import type { Safelist } from './safelist.ts';
import { documentKey } from './same-document.ts';

/**
 * Fills in the text of an operation that a request names by its id.
 * @throws PERSISTED_QUERY_NOT_FOUND where the id is not registered, PERSISTED_QUERY_REQUIRED where
 *   the text is not
 */
export type ResolveQuery = (request: GraphqlRequest) => GraphqlRequest;

/** For a gateway at which nothing is registered: every text may be sent, and no id. */
export const withoutRegistry: ResolveQuery = (request) => {
  // Apollo Client knows this answer by these words, and sends the text from then on.
  if (persistedQueryOf(request) || documentIdOf(request) !== undefined)
    throw clientError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported');
  return request;
};

/** So many hashes of clients are remembered. */
const maxLearned = 10_000;

/**
 * For a gateway that executes only registered operations. A client may write one in its own way, and
 * hash that: its first request has both, as the protocol of persisted queries wants, and from then on
 * the hash is enough.
 */
export function persistedOperations(registered: Safelist): ResolveQuery {
  /** The keys of the documents that were sent with these hashes. */
  const learned = new LRUCache<string, string>({ max: maxLearned });

  /** What is registered for a text: the text itself, or another one of the same document. */
  const registeredText = (query: string, claimed: string | undefined): string => {
    const hash = createHash('sha256').update(query).digest('hex');
    const key = registered.has(hash) ? undefined : documentKey(query);
    const text = registered.has(hash) ? query : key && registered.ofDocument(key);
    if (text === undefined)
      throw clientError(
        'PERSISTED_QUERY_REQUIRED',
        'Only operations that are registered may be sent here.',
      );
    if (claimed !== undefined && claimed !== hash)
      throw clientError('BAD_REQUEST', 'The `sha256Hash` is not that of the `query`.');
    if (key && claimed !== undefined) learned.set(hash, key);
    return text;
  };

  const textOf = (id: string): string => {
    const key = learned.get(id);
    const text = registered.textOf(id) ?? (key && registered.ofDocument(key));
    // Clients know this answer by these words, and then send the text.
    if (text === undefined)
      throw clientError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');
    return text;
  };

  return (request) => {
    const documentId = documentIdOf(request);
    if (documentId !== undefined) return { ...request, query: textOf(documentId) };
    const named = persistedQueryOf(request);
    if (named && named.version !== 1)
      throw clientError('BAD_REQUEST', 'Only version 1 of persisted queries is supported.');
    const { query } = request;
    // A client over a WebSocket sends an empty text with an id.
    if (typeof query === 'string' && !(named && query === ''))
      return { ...request, query: registeredText(query, named?.sha256Hash) };
    return named ? { ...request, query: textOf(named.sha256Hash) } : request;
  };
}

const withId = z.object({
  persistedQuery: z.object({ version: z.unknown(), sha256Hash: z.string() }),
});

const persistedQueryOf = ({ extensions }: GraphqlRequest) =>
  extensions === undefined ? undefined : withId.safeParse(extensions).data?.persistedQuery;

/** The id that GraphQL over HTTP has for a persisted document, where it stands for a text. */
const documentIdOf = ({ query, documentId }: GraphqlRequest): string | undefined =>
  typeof documentId === 'string' && !query ? documentId : undefined;
