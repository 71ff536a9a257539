import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { clientError } from '../../runtime/errors.ts';
import type { AskedOperation } from './operation-cost.ts';

/** The format that `@apollo/generate-persisted-query-manifest` and `npm run schema:manifest` write. */
const manifestShape = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(z.object({ id: z.string(), body: z.string() })),
});

/** The operations that the frontends have registered, by the SHA-256 of their text. */
export type PersistedOperations = {
  /** For Apollo Server, which looks up the text of an id here and is told of nothing new. */
  cache: {
    get(key: string): Promise<string | undefined>;
    set(): Promise<void>;
    delete(): Promise<boolean>;
  };
  /** The text of what is asked for by a known id. */
  textOf(asked: AskedOperation): string | undefined;
  /**
   * Fills in the text of an operation that is asked for by its id.
   * @throws PERSISTED_QUERY_NOT_FOUND where nobody has registered the id, PERSISTED_QUERY_REQUIRED where nobody has the text
   */
  resolve(asked: AskedOperation): AskedOperation;
};

/** Reads a manifest of persisted queries. */
export function persistedOperations(file: string): PersistedOperations {
  const { operations } = manifestShape.parse(JSON.parse(readFileSync(file, 'utf8')));
  const texts = new Map(operations.map(({ id, body }) => [id, body]));
  const textOf = (asked: AskedOperation) => texts.get(idOf(asked) ?? '');
  return {
    // Apollo Server writes `apq:` before the id.
    cache: {
      get: async (key) => texts.get(key.slice(key.indexOf(':') + 1)),
      set: async () => {},
      delete: async () => false,
    },
    textOf,
    resolve(asked) {
      if (typeof asked.query !== 'string') {
        if (idOf(asked) === undefined) return asked;
        const query = textOf(asked);
        // Apollo Client knows the answer by these very words too, and then sends the text.
        if (query === undefined)
          throw clientError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');
        return { ...asked, query };
      }
      if (texts.has(createHash('sha256').update(asked.query).digest('hex'))) return asked;
      throw clientError(
        'PERSISTED_QUERY_REQUIRED',
        'Only operations that are registered may be sent here.',
      );
    },
  };
}

const withId = z.object({ persistedQuery: z.object({ sha256Hash: z.string() }) });

const idOf = ({ extensions }: AskedOperation): string | undefined =>
  withId.safeParse(extensions).data?.persistedQuery.sha256Hash;
